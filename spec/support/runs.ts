/**
 * How often a property is tried: `base` times the environment variable GRADFOLD_RUNS, 1 if it is not set. 20 is a night's
 * search, 0.1 a quick look.
 */
export const runs = (base: number): number => {
  const factor = Number(process.env['GRADFOLD_RUNS'] ?? 1)
  return Math.max(1, Math.round(base * (factor > 0 ? factor : 1)))
}
