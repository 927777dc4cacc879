import { type Curve, isDrawn } from './curve'

/** Stretches that a long curve is cut into: more than a picture has columns. */
const STRETCHES = 1000
const MOST_POINTS = 4 * STRETCHES

/**
 * As many points as make the same picture: of each stretch the first, the lowest, the highest and the last one, and one
 * that is missing (M4: Jugel, Jerzak, Hackenbroich & Markl 2014).
 */
export const thinned = (points: Curve['points'], logarithmic: boolean): Curve['points'] => {
  if (points.length <= MOST_POINTS) return points
  const size = Math.ceil(points.length / STRETCHES)
  const kept: Curve['points'][number][] = []
  for (let from = 0; from < points.length; from += size) {
    const end = Math.min(points.length, from + size)
    let [lowest, highest, missing] = [-1, -1, -1]
    for (let i = from; i < end; i++) {
      const y = points[i]![1]
      if (!isDrawn(points[i]!, logarithmic)) {
        missing = i
        continue
      }
      if (lowest < 0 || y < points[lowest]![1]) lowest = i
      if (highest < 0 || y > points[highest]![1]) highest = i
    }
    const places = new Set([from, lowest, highest, missing, end - 1].filter((i) => i >= 0))
    for (const i of [...places].sort((a, b) => a - b)) kept.push(points[i]!)
  }
  return kept
}
