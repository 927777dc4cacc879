/**
 * The p-quantile of the standard normal distribution, relative error about 1e-16: algorithm AS 241, PPND16, of Wichura
 * (1988), "The percentage points of the normal distribution", Applied Statistics 37, 477-484. Its third branch, for
 * p < e^-25, is left out: p is at least 2^-33 from 0 and from 1, as `openUnit` makes it.
 */
export const normalQuantile = (p: number): number => {
  const q = p - 0.5
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q
    return (q * centreNumerator(r)) / centreDenominator(r)
  }
  const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p)) - 1.6
  const magnitude = tailNumerator(r) / tailDenominator(r)
  return q < 0 ? -magnitude : magnitude
}

/** The paper's coefficients a7 ... a0, rounded to float64; below b7 ... b1, then c and d of the tail. */
const centreNumerator = (r: number): number =>
  polynomial(
    r,
    2509.0809287301227,
    33430.57558358813,
    67265.7709270087,
    45921.95393154987,
    13731.69376550946,
    1971.5909503065513,
    133.14166789178438,
    3.3871328727963665
  )

const centreDenominator = (r: number): number =>
  polynomial(
    r,
    5226.495278852854,
    28729.085735721943,
    39307.89580009271,
    21213.794301586597,
    5394.196021424751,
    687.1870074920579,
    42.31333070160091,
    1
  )

const tailNumerator = (r: number): number =>
  polynomial(
    r,
    0.0007745450142783414,
    0.022723844989269184,
    0.2417807251774506,
    1.2704582524523684,
    3.6478483247632045,
    5.769497221460691,
    4.630337846156546,
    1.4234371107496835
  )

const tailDenominator = (r: number): number =>
  polynomial(
    r,
    1.0507500716444169e-9,
    0.0005475938084995345,
    0.015198666563616457,
    0.14810397642748008,
    0.6897673349851,
    1.6763848301838038,
    2.053191626637759,
    1
  )

const polynomial = (
  r: number,
  c7: number,
  c6: number,
  c5: number,
  c4: number,
  c3: number,
  c2: number,
  c1: number,
  c0: number
): number => ((((((c7 * r + c6) * r + c5) * r + c4) * r + c3) * r + c2) * r + c1) * r + c0
