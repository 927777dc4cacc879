/**
 * The error function to 1e-9 relative: exact once it is rounded to float32. x p(x^2) / q(x^2), fitted by weighted least squares
 * for the least relative error on [0, 4]; from 4 on erf is 1 to float32.
 */
export const erf = (x: number): number => {
  if (x >= 4) return 1
  if (x <= -4) return -1
  const s = x * x
  const p =
    (((((-4.48423393488605e-8 * s - 2.89081940620546e-7) * s + 0.000305753166290604) * s + 0.00295593750618659) * s +
      0.0509381995311475) *
      s +
      0.166901743022546) *
      s +
    1.12837916814416
  const q =
    (((((-6.20136301578334e-7 * s + 4.09982632055991e-5) * s + 0.00103984196257677) * s + 0.0134912310289922) * s +
      0.105557935351163) *
      s +
      0.481246190667788) *
      s +
    1
  return (x * p) / q
}
