/** The slope of a function of one number by central differences, with a bound of its error. */
import { type Decisions, firstParting } from './decisions'

/** The function at one place. */
export interface Sample {
  readonly value: number
  /** Bounds the rounding error of the value. */
  readonly rounding: number
  readonly decisions: Decisions
}

export type SampleAt = (distance: number) => Sample | undefined

export interface Slope {
  readonly estimate: number
  /** The true slope is not farther from the estimate. */
  readonly bound: number
}

/** Why there is no slope to compare with. */
export type Obstacle =
  { readonly reason: 'kink'; readonly entry: number; readonly operation: string } | { readonly reason: 'notFinite' }

/** Steps from 2^-8 of the scale down: what is curved, or near a kink, needs a smaller one. */
const FIRST = 2 ** -8
const SHRINK = 2 ** -4
const STEPS = 10

/**
 * Of the step h and twice that, D(h) = s + c h^2 + ..., so (4 D(h) - D(2h)) / 3 has no error in h^2. The bound is |D(h) - D(2h)|,
 * three times the error of D(h) by that term, and what rounding makes of it: four samples enter, the nearest two with 4/3.
 * The step with the smallest bound is taken.
 */
export const slopeOf = (
  sampleAt: SampleAt,
  { scale, enough }: { readonly scale: number; readonly enough: number }
): Slope | Obstacle => {
  const base = sampleAt(0)
  if (base === undefined) return { reason: 'notFinite' }
  let best: Slope | undefined
  let obstacle: Obstacle = { reason: 'notFinite' }
  let step = FIRST * scale
  for (let i = 0; i < STEPS; i++, step *= SHRINK) {
    const samples = [step, -step, 2 * step, -2 * step].map(sampleAt)
    const [a, b, c, d] = samples
    if (a === undefined || b === undefined || c === undefined || d === undefined) {
      obstacle = { reason: 'notFinite' }
      continue
    }
    const parting = [a, b, c, d].map(({ decisions }) => firstParting(base.decisions, decisions)).find(Boolean)
    if (parting !== undefined) {
      obstacle = { reason: 'kink', entry: parting.entry, operation: parting.operation }
      continue
    }
    const near = (a.value - b.value) / (2 * step)
    const far = (c.value - d.value) / (4 * step)
    const noise = (2 * Math.max(a.rounding, b.rounding, c.rounding, d.rounding)) / step
    const slope = { estimate: (4 * near - far) / 3, bound: Math.abs(near - far) + noise }
    if (best === undefined || slope.bound < best.bound) best = slope
    // A smaller step has more noise, and is of use as long as the curve is most of the bound.
    if (best.bound <= enough || noise > best.bound / 2) break
  }
  return best ?? obstacle
}
