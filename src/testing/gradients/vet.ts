/** Tells a function that cannot be checked from one whose gradient is wrong. */
import type { HostTensor } from '../../kernels/tensor'
import { shapeText } from '../../error/tensorError'
import { inputsOf, tensorOf } from '../../tape/variable'
import type { Tape } from '../../tape/tape'
import { Misuse } from './misuse'
import { type Run, type RunSettings, type Subject, withRun } from './subject'
import { entriesOf, reachedFrom } from './walk'

export interface Demands {
  /** The result has to be one number. */
  readonly scalar: boolean
  /** It may draw from the tape's key. */
  readonly random: boolean
}

/** An entry as far as it can be compared with that of another run. */
interface Footprint {
  readonly operation: string
  readonly inputs: string
  readonly shape: string
  readonly values: ArrayLike<number>
}

/** Throws a `Misuse`; three runs. */
export const vet = (
  subject: Subject,
  inputs: ReadonlyArray<HostTensor>,
  settings: RunSettings,
  demands: Demands
): void => {
  if (!inputs.some(({ dtype }) => dtype === 'float32')) {
    const text = 'None of the inputs is float32, so there is no gradient to check: give it at least one.'
    throw new Misuse('InvalidInput', text)
  }
  const first = withRun(subject, inputs, settings, (run) => {
    checkOutputs(run, demands)
    return footprints(run.tape)
  })
  const again = withRun(subject, inputs, settings, ({ tape }) => footprints(tape))
  const difference = firstDifference(first, again)
  if (difference !== undefined) {
    throw new Misuse(
      'NotPure',
      `Two runs of the function on the same inputs and the same key differ, first at ${difference}. It draws numbers outside of the ` +
        'tape (Math.random), reads a clock or a counter, or changes what it is given. Take random numbers from the ' +
        'tape (uniform, normal), and hand over all else as an argument.'
    )
  }
  if (demands.random) return
  const otherwise = withRun(subject, inputs, { ...settings, seed: settings.seed + 1 }, ({ tape }) => footprints(tape))
  const drawn = firstDifference(first, otherwise)
  if (drawn !== undefined) {
    throw new Misuse(
      'DrawsAtRandom',
      `The function draws from the tape's key, first at ${drawn}: its gradient is that of one draw. Check it in evaluation, ` +
        'or say { random: true } to check it with the numbers of the given seed.'
    )
  }
}

const checkOutputs = ({ inputs, outputs }: Run, { scalar }: Demands): void => {
  for (const { shape, dtype } of outputs) {
    if (dtype !== 'float32') {
      const text = `The function returns ${dtype}, which has no gradient: return float32 numbers, a loss, say.`
      throw new Misuse('NotDifferentiable', text)
    }
    if (scalar && shape.length > 0) {
      const text = `A loss is one number, but the function returns ${shapeText(shape)}: end it with mean or sum.`
      throw new Misuse('NotScalar', text)
    }
  }
  const reached = outputs.map((output) => reachedFrom(output))
  if (inputs.some((input) => reached.some((entries) => entries.has(input)))) return
  throw new Misuse(
    'ReadsNoInput',
    'The result was not computed from any of the inputs: does the function use its arguments, or others that are in scope? ' +
      'What is taken off the tape with read or item and recorded again has no gradient either.'
  )
}

const footprints = (tape: Tape): ReadonlyArray<Footprint> =>
  entriesOf(tape).map((entry) => ({
    operation: entry.primitive.name,
    inputs: inputsOf(entry)
      .map(({ index }) => index)
      .join(),
    shape: shapeText(entry.shape),
    values: tape.kernels.read(tensorOf(entry))
  }))

const firstDifference = (one: ReadonlyArray<Footprint>, other: ReadonlyArray<Footprint>): string | undefined => {
  for (let i = 0; i < Math.max(one.length, other.length); i++) {
    const [a, b] = [one[i], other[i]]
    if (a === undefined || b === undefined) {
      return `entry ${i}, ${(a ?? b)!.operation}, which only one of them has`
    }
    if (a.operation !== b.operation || a.inputs !== b.inputs || a.shape !== b.shape) {
      return `entry ${i}: ${a.operation} ${a.shape} and ${b.operation} ${b.shape}`
    }
    const place = Array.from(a.values).findIndex((value, j) => !Object.is(value, b.values[j]))
    if (place >= 0) return `entry ${i}, ${a.operation} ${a.shape}: ${a.values[place]} and ${b.values[place]}`
  }
  return undefined
}
