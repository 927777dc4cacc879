/**
 * The Q of a QR decomposition, in place: `count` vectors of one length, one after the other, are made orthonormal in their
 * order, each with a positive part along what it was. With a positive diagonal of R the decomposition is unique, and Q of a
 * normal draw even over all orthogonal matrices: Mezzadri (2007), "How to generate random matrices from the classical compact
 * groups", Notices of the AMS 54.
 *
 * Gram and Schmidt's way, twice, which is as exact as Householder's: Giraud, Langou, Rozložník (2005), "The loss of
 * orthogonality in the Gram-Schmidt orthogonalization process", Computers & Mathematics with Applications 50.
 */
export const orthogonalize = (vectors: Float64Array, count: number): void => {
  const length = vectors.length / Math.max(1, count)
  for (let i = 0; i < count; i++) {
    const vector = vectors.subarray(i * length, (i + 1) * length)
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < i; j++) takeAway(vector, vectors, j * length)
      normalize(vector)
    }
  }
}

/** Four sums at a time, for each waits for its last addition. */
const takeAway = (vector: Float64Array, vectors: Float64Array, start: number): void => {
  const { length } = vector
  const whole = length - (length % 4)
  let [a, b, c, d] = [0, 0, 0, 0]
  for (let k = 0; k < whole; k += 4) {
    a += vector[k]! * vectors[start + k]!
    b += vector[k + 1]! * vectors[start + k + 1]!
    c += vector[k + 2]! * vectors[start + k + 2]!
    d += vector[k + 3]! * vectors[start + k + 3]!
  }
  for (let k = whole; k < length; k++) a += vector[k]! * vectors[start + k]!
  const along = a + b + (c + d)
  for (let k = 0; k < length; k++) vector[k]! -= along * vectors[start + k]!
}

const normalize = (vector: Float64Array): void => {
  let square = 0
  for (const value of vector) square += value * value
  const size = Math.sqrt(square)
  for (let k = 0; k < vector.length; k++) vector[k]! /= size
}
