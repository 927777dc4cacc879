/** Compares recorded gradients with central differences, in float64. */
import { sizeOf } from '../../kernels/shape'
import type { HostTensor } from '../../kernels/tensor'
import { tensorOf, type Variable } from '../../tape/variable'
import { decisionsOf } from './decisions'
import { Misuse } from './misuse'
import { type Recorded, recordedGradients, UNIT } from './recorded'
import type { Exclusion, OrderReport, Place, WrongSlope } from './report'
import { type Sample, slopeOf } from './slope'
import { type Run, type RunSettings, type Subject, withRun } from './subject'
import { weights } from './weights'

/** Up to so many numbers in all inputs together, each has its own slope. */
const EACH = 64
/** In larger ones an input of at most so many has, and the others have two directions. */
const FEW = 4
const DIRECTIONS = 2
/** A slope is compared where it is known to this part of the largest. */
const PRECISION = 1e-3

/** A place, and how to get there. */
interface Probe {
  readonly place: Place
  readonly direction: Float64Array
  readonly scale: number
}

/** Throws a `Misuse` where there is nothing to compare. */
export const examine = (
  subject: Subject,
  inputs: ReadonlyArray<HostTensor>,
  settings: RunSettings,
  order: number
): OrderReport => {
  const values = inputs.map((input) => Float64Array.from(input.values))
  const outputWeights = withRun(subject, inputs, settings, ({ outputs }) => {
    for (const { dtype } of outputs) {
      if (dtype === 'float32') continue
      const text = `The function returns ${dtype}, which has no gradient: return float32 numbers, a loss, say.`
      throw new Misuse('NotDifferentiable', text)
    }
    return outputs.map(({ shape }, k) => weights(settings.seed, k, sizeOf(shape)))
  })
  const base = withRun(subject, inputs, settings, (run) => ({
    ...recordedGradients(run, outputWeights),
    ...weighted(run, outputWeights)
  }))
  const probes = probesOf(subject, inputs, settings.seed)
  if (!Number.isFinite(base.value)) {
    const excluded = probes.map(({ place }): Exclusion => ({ ...place, reason: 'notFinite' }))
    return { order, compared: 0, wrong: [], failure: base.failure, excluded }
  }
  const exact = probes.map((probe) => along(base.gradients[probe.place.input], probe.direction))
  const largest = exact.reduce((most, slope) => (Number.isFinite(slope) ? Math.max(most, Math.abs(slope)) : most), 0)
  // Of one number people know the gradient: they are told that one, not what the weight makes of it.
  const unit = outputWeights.length === 1 && outputWeights[0]!.length === 1 ? outputWeights[0]![0]! : 1
  const wrong: WrongSlope[] = []
  const excluded: Exclusion[] = []
  for (const [i, { place, direction, scale }] of probes.entries()) {
    const sampleAt = (distance: number): Sample | undefined => {
      const moved = values[place.input]!.map((value, j) => value + distance * direction[j]!)
      const there = inputs.map((input, j) => (j === place.input ? { ...input, values: moved } : input))
      return sampled(subject, there, settings, outputWeights, base)
    }
    // A slope of 1e-3 of what the weighted sum is made of, over the scale of the input, is worth comparing.
    const typical = Math.max(largest, (1e-3 * base.magnitude) / scale)
    const slope = slopeOf(sampleAt, { scale, enough: 1e-7 * typical })
    const recorded = exact[i]!
    if ('reason' in slope) excluded.push({ ...place, ...slope })
    else if (slope.bound > PRECISION * Math.max(typical, Math.abs(slope.estimate))) {
      excluded.push({ ...place, reason: 'imprecise' })
    } else if (!(Math.abs(recorded - slope.estimate) <= slope.bound)) {
      wrong.push({
        ...place,
        recorded: recorded / unit,
        expected: slope.estimate / unit,
        bound: slope.bound / Math.abs(unit)
      })
    }
  }
  return { order, compared: probes.length - excluded.length, wrong, failure: base.failure, excluded }
}

const probesOf = (subject: Subject, inputs: ReadonlyArray<HostTensor>, seed: number): ReadonlyArray<Probe> => {
  const differentiable = [...inputs.entries()].filter(([, { dtype }]) => dtype === 'float32')
  const total = differentiable.reduce((sum, [, { values }]) => sum + values.length, 0)
  return differentiable.flatMap(([input, { values }]) => {
    const name = subject.names[input] ?? String(input)
    const size = values.length
    if (total <= EACH || size <= FEW) {
      return Array.from(values, (value, position): Probe => {
        const direction = new Float64Array(size)
        direction[position] = 1
        return { place: { input, name, position }, direction, scale: Math.max(1, Math.abs(value)) }
      })
    }
    const scale = Float64Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 1)
    return Array.from({ length: DIRECTIONS }, (_, i): Probe => {
      const direction = weights(seed, 1000 + DIRECTIONS * input + i, size)
      return { place: { input, name, position: undefined }, direction, scale }
    })
  })
}

const along = (gradient: Float64Array | undefined, direction: Float64Array): number => {
  if (gradient === undefined) return 0
  let total = 0
  for (const [i, slope] of gradient.entries()) if (direction[i] !== 0) total += slope * direction[i]!
  return total
}

const sampled = (
  subject: Subject,
  inputs: ReadonlyArray<HostTensor>,
  settings: RunSettings,
  outputWeights: ReadonlyArray<Float64Array>,
  { rounding, roundings }: Recorded
): Sample | undefined => {
  try {
    return withRun(subject, inputs, settings, (run) => {
      const { value, magnitude } = weighted(run, outputWeights)
      if (!Number.isFinite(value)) return undefined
      return { value, rounding: rounding + roundings * UNIT * magnitude, decisions: decisionsOf(run.tape) }
    })
  } catch (thrown) {
    // Next to where it works, a function may refuse.
    if (thrown instanceof Misuse && thrown.kind === 'Failed') return undefined
    throw thrown
  }
}

/** The sum of weight times number, without a rounding error that grows with their count, and that of the absolute products. */
const weighted = (
  { tape, outputs }: Run,
  outputWeights: ReadonlyArray<Float64Array>
): { readonly value: number; readonly magnitude: number } => {
  let value = 0
  let lost = 0
  let magnitude = 0
  const add = (term: number): void => {
    const next = value + term
    // Neumaier 1974: what the larger of the two has pushed out of the smaller.
    lost += Math.abs(value) >= Math.abs(term) ? value - next + term : term - next + value
    value = next
    magnitude += Math.abs(term)
  }
  for (const [k, output] of outputs.entries()) {
    numbersOf(tape.kernels, output).forEach((number, i) => add(number * (outputWeights[k]?.[i] ?? NaN)))
  }
  return { value: value + lost, magnitude }
}

const numbersOf = (kernels: { read: Run['tape']['kernels']['read'] }, output: Variable): ReadonlyArray<number> =>
  Array.from(kernels.read(tensorOf(output)))
