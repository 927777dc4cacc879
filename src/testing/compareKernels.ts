import { isLeft } from 'fp-ts/Either'
import { fromNullable, type Option } from 'fp-ts/Option'
import type { Kernels } from '../kernels/kernels'
import { sizeOf } from '../kernels/shape'
import type { HostTensor, Tensor } from '../kernels/tensor'
import type { Input } from '../tape/input'
import { inputsOf, tensorOf, type Variable } from '../tape/variable'
import type { Tape } from '../tape/tape'
import { complete, type Recorder, type Recording, trialOf } from './checkGradients'
import { Misuse } from './gradients/misuse'
import { withRun } from './gradients/subject'
import { vet } from './gradients/vet'
import { entriesOf } from './gradients/walk'

/** The first entry that two kernel sets compute differently. */
export interface KernelDifference {
  /** Its index on the tape, its operation, and the layer path under which it was recorded. */
  readonly entry: number
  readonly operation: string
  readonly path: string
  /** What both computed it from. */
  readonly inputs: ReadonlyArray<HostTensor>
  /** Which of its numbers, row after row; undefined where the entries are not alike. */
  readonly position: number | undefined
  readonly one: number | string
  readonly other: number | string
  /** What rounding explains. */
  readonly bound: number
}

/** Thrown by checkKernels. */
export class KernelsDiffer extends Error {
  constructor(readonly difference: KernelDifference) {
    const { entry, operation, path, position, one, other, bound } = difference
    const where = position === undefined ? '' : ` at number ${position}`
    super(
      `The kernel sets differ first at entry ${entry}, ${operation}${path === '' ? '' : ` in ${path}`}${where}: ${one} and ${other}, ` +
        `where rounding explains ${bound.toExponential(0)}.`
    )
    this.name = 'KernelsDiffer'
  }
}

/** Settings of compareKernels and checkKernels. */
export interface KernelCheckSettings {
  /** Of the tape's key; 0 by default. */
  readonly seed?: number
}

type OfOne = (tape: Tape, x: Variable) => Recording
type OfTwo = (tape: Tape, x: Variable, y: Variable) => Recording

interface Check<A> {
  (
    f: Recorder,
    one: Kernels,
    other: Kernels,
    settings?: KernelCheckSettings
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- a property infers its types from the generators only if the predicate is generic
  ): <I extends ReadonlyArray<Input>>(...inputs: I) => A
  (f: OfOne, one: Kernels, other: Kernels, settings?: KernelCheckSettings): (x: Input) => A
  (f: OfTwo, one: Kernels, other: Kernels, settings?: KernelCheckSettings): (x: Input, y: Input) => A
}

/**
 * Runs a function on two kernel sets and compares the tapes entry by entry. Each entry is computed by both from the same numbers,
 * those of the first set, so that a difference is named where it arises and not where it has grown. The bound is
 * that of rounding: a few units in the last place, and for sums of n terms n of them, of the sum of absolute terms.
 *
 * Throws Misuse where the function cannot be compared.
 * @example
 * import { isNone } from 'fp-ts/Option'
 * import { referenceKernels, softmax, wasmKernels } from 'gradfold'
 * import { compareKernels } from 'gradfold/testing'
 * console.log(isNone(compareKernels(softmax, referenceKernels(), wasmKernels())([1, 2, 3]))) // => true
 */
export const compareKernels: Check<Option<KernelDifference>> =
  (f: Recorder, one: Kernels, other: Kernels, { seed = 0 }: KernelCheckSettings = {}) =>
  (...inputs: ReadonlyArray<Input>): Option<KernelDifference> => {
    const { subject, inputs: tensors } = trialOf(f, inputs)
    const settings = { ...complete({ seed, random: true }), kernels: one }
    vet(subject, tensors, settings, settings)
    return withRun(subject, tensors, settings, (run) =>
      withRun(subject, tensors, { kernels: other, seed }, (again) => firstDifference(run.tape, again.tape))
    )
  }

/**
 * `compareKernels` as a predicate, which throws KernelsDiffer.
 * @example
 * import { assert, property } from 'fast-check'
 * import { referenceKernels, tanh, wasmKernels } from 'gradfold'
 * import { checkKernels, tensors } from 'gradfold/testing'
 * assert(property(tensors(), checkKernels(tanh, referenceKernels(), wasmKernels())), { numRuns: 10 })
 */
export const checkKernels: Check<void> =
  (f: Recorder, one: Kernels, other: Kernels, settings: KernelCheckSettings = {}) =>
  (...inputs: ReadonlyArray<Input>): void => {
    const found = compareKernels(f, one, other, settings)(...inputs)
    if (found._tag === 'Some') throw new KernelsDiffer(found.value)
  }

const firstDifference = (one: Tape, other: Tape): Option<KernelDifference> => {
  const [entries, others] = [entriesOf(one), entriesOf(other)]
  for (const [place, entry] of entries.entries()) {
    const difference = differenceAt(one, other, entry, others[place])
    if (difference !== undefined) return fromNullable(difference)
  }
  return fromNullable(undefined)
}

const differenceAt = (
  one: Tape,
  other: Tape,
  entry: Variable,
  same: Variable | undefined
): KernelDifference | undefined => {
  const { index, primitive, path } = entry
  const place = { entry: index, operation: primitive.name, path, inputs: inputsOf(entry).map((x) => hostOf(one, x)) }
  const told = ({ primitive: { name }, shape, dtype }: Variable): string => `${name} ${dtype} [${shape.join(', ')}]`
  if (same === undefined || told(same) !== told(entry)) {
    return {
      ...place,
      position: undefined,
      one: told(entry),
      other: same === undefined ? 'nothing' : told(same),
      bound: 0
    }
  }
  if (one.kernels.precision === 'none' || other.kernels.precision === 'none') return undefined
  // A leaf was not computed: it is the numbers that were given.
  const leaf = place.inputs.length === 0
  const expected = leaf ? hostOf(one, entry).values : computed(one.kernels, entry, place.inputs)
  const found = leaf ? hostOf(other, same).values : computed(other.kernels, entry, place.inputs)
  const magnitudes = leaf ? [] : magnitudesOf(one.kernels, entry, place.inputs)
  for (let position = 0; position < expected.length; position++) {
    const [a, b] = [expected[position]!, found[position]!]
    const bound = entry.dtype === 'float32' ? boundOf(one, other, a, magnitudes[position], entry) : 0
    if (Object.is(a, b) || a === b || Math.abs(a - b) <= bound) continue
    return { ...place, position, one: a, other: b, bound }
  }
  return undefined
}

const hostOf = ({ kernels }: Tape, variable: Variable): HostTensor => {
  const { shape, dtype } = variable
  // Both sets are to begin with the same numbers, so with those that float32 holds.
  const values = kernels.read(tensorOf(variable))
  return { shape, dtype, values: dtype === 'float32' ? Float32Array.from(values) : values }
}

const computed = (
  kernels: Kernels,
  { primitive, attributes }: Variable,
  inputs: ReadonlyArray<HostTensor>
): ArrayLike<number> => {
  const tensors = inputs.map(({ shape, dtype, values }): Tensor => kernels.upload(shape, dtype, () => values))
  const fault = primitive.inspect?.(kernels, tensors, attributes)
  if (fault !== undefined && isLeft(fault)) throw new Misuse('Failed', fault.left.message)
  return kernels.read(primitive.run(kernels, tensors, attributes))
}

/** Sums, whose error is one of the absolute terms. */
const summing: ReadonlySet<string> = new Set(['sum', 'mean', 'matmul', 'scatterAdd', 'add', 'sub'])

const magnitudesOf = (kernels: Kernels, entry: Variable, inputs: ReadonlyArray<HostTensor>): ArrayLike<number> => {
  const { name } = entry.primitive
  const largest = inputs.flatMap(({ dtype, values }) => (dtype === 'float32' ? Array.from(values, Math.abs) : []))
  // What subtracts the largest number first, or takes a logarithm of a sum, is exact to a part of that.
  const whole = largest.reduce((most, value) => Math.max(most, value), 1)
  if (!summing.has(name)) return new Float64Array(sizeOf(entry.shape)).fill(isShifted(name) ? whole : 0)
  const absolute = inputs.map((input) =>
    input.dtype === 'float32' ? { ...input, values: Float32Array.from(input.values, Math.abs) } : input
  )
  if (name !== 'sub') return computed(kernels, entry, absolute)
  const negated = absolute.map((input, i) =>
    i === 1 ? { ...input, values: Float32Array.from(input.values, (x) => -x) } : input
  )
  return computed(kernels, entry, negated)
}

const isShifted = (name: string): boolean =>
  ['exp', 'expm1', 'log', 'logSoftmax', 'softmaxCrossEntropy', 'softmax', 'sigmoid'].includes(name)

/** Units in the last place that functions such as tanh may be off on float32 kernels. */
const UNITS = 16

const boundOf = (one: Tape, other: Tape, value: number, magnitude: number | undefined, entry: Variable): number => {
  const isDouble = one.kernels.precision === 'float64' && other.kernels.precision === 'float64'
  const unit = isDouble ? 2 ** -53 : 2 ** -24
  const inner = Math.max(...inputsOf(entry).map(({ shape }) => sizeOf(shape)), 1)
  const terms = Math.ceil(inner / Math.max(1, sizeOf(entry.shape)))
  // Below the smallest normal number float32 has no digits to be exact in.
  const tiny = isDouble ? 2 ** -1022 : 2 ** -126
  const scale = isShiftedProduct(entry) ? Math.abs(value) * (magnitude ?? 0) : (magnitude ?? 0)
  return unit * (UNITS * Math.abs(value) + (terms + 2) * scale) + tiny
}

/** exp and its like: an error of the exponent is one of the result, times the result. */
const isShiftedProduct = ({ primitive: { name } }: Variable): boolean =>
  ['exp', 'expm1', 'softmax', 'sigmoid'].includes(name)
