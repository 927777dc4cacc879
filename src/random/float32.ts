/**
 * Bounds among the float32 numbers. Draws are rounded to float32, so that all kernels get equal bits, and rounding must
 * not carry a value across a bound that is not a float32 number itself.
 */

/** (2 - 2^-23) 2^127 */
export const largestFloat32 = (2 - 2 ** -23) * 2 ** 127

/** The float32 after x, itself one, towards +-Infinity: float32 numbers of one sign are ordered as their bits are. */
const neighbour = (x: number, direction: 1 | -1): number => {
  if (x === 0) return direction * 2 ** -149
  const value = Float32Array.of(x)
  const bits = new Int32Array(value.buffer)
  bits[0] = bits[0]! + (x > 0 ? direction : -direction)
  return value[0]!
}

/** The smallest float32 that is not below x. */
export const float32AtLeast = (x: number): number => {
  const rounded = Math.fround(x)
  return rounded >= x ? rounded : neighbour(rounded, 1)
}

/** The largest float32 that is not above x. */
export const float32AtMost = (x: number): number => {
  const rounded = Math.fround(x)
  return rounded <= x ? rounded : neighbour(rounded, -1)
}

/** The largest float32 below x. */
export const float32Below = (x: number): number => {
  const rounded = Math.fround(x)
  return rounded < x ? rounded : neighbour(rounded, -1)
}

/** A finite number that stays finite as float32. */
export const fitsFloat32 = (x: number): boolean => Number.isFinite(x) && Number.isFinite(Math.fround(x))
