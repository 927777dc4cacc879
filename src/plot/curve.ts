/** What is drawn: plain values. */
import { hasLogarithm, hasPlace } from './axis'

/** A line through points, in their order. */
export interface Curve {
  readonly name: string
  readonly points: ReadonlyArray<readonly [x: number, y: number]>
}

/** Curves that share their axes. */
export interface Panel {
  readonly xName: string
  readonly yName: string
  readonly curves: ReadonlyArray<Curve>
  /** Whether y is logarithmic. */
  readonly logarithmic: boolean
}

/** Whether a point has a place in the picture. */
export const isDrawn = ([x, y]: Curve['points'][number], logarithmic: boolean): boolean =>
  hasPlace(x) && (logarithmic ? hasLogarithm(y) : hasPlace(y))

/** What a picture does not show, for its second line. */
export const missingText = (panels: ReadonlyArray<Panel>): string => {
  let all = 0
  let missing = 0
  for (const { curves, logarithmic } of panels) {
    for (const { points } of curves) {
      all += points.length
      for (const point of points) if (!isDrawn(point, logarithmic)) missing++
    }
  }
  if (all === missing && missing === 0) return 'no points'
  if (missing === 0) return ''
  const why = panels.some(({ logarithmic }) => logarithmic) ? 'not finite, or not positive' : 'not finite'
  return `${missing} of ${all} points left out: ${why}`
}
