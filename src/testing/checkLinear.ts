import { sizeOf } from '../kernels/shape'
import type { HostTensor } from '../kernels/tensor'
import type { Input } from '../tape/input'
import type { Tape } from '../tape/tape'
import { tensorOf, type Variable } from '../tape/variable'
import { complete, type Recording, trialOf } from './checkGradients'
import { Misuse } from './gradients/misuse'
import { recordedGradients, UNIT } from './gradients/recorded'
import { vet } from './gradients/vet'
import { weights } from './gradients/weights'
import { hostOf, withRun } from './gradients/subject'

type OfOne = (tape: Tape, x: Variable) => Recording

/** Settings of checkLinear and checkAdjoint. */
export interface LinearCheckSettings {
  /** Of the factors and of the weights; 0 by default. */
  readonly seed?: number
}

/** Thrown where a function is not linear, or not the adjoint of another. */
export class LinearityError extends Error {
  constructor(
    message: string,
    /** The two numbers that should be equal. */
    readonly found: readonly [number, number],
    /** How far rounding can take them apart. */
    readonly bound: number
  ) {
    super(`${message}: ${found[0]} and ${found[1]}, where rounding makes ${bound.toExponential(0)} at most.`)
    this.name = 'LinearityError'
  }
}

/** A sum of weights times results, its gradient, and a bound of its rounding error. */
interface Projection {
  readonly value: number
  readonly gradient: Float64Array
  readonly bound: number
}

/**
 * A predicate that throws unless `f` is linear at two tensors of one shape, f(a x + b y) = a f(x) + b f(y), and its recorded
 * gradient is its adjoint, <f(x), w> = <x, f'(w)>; in float64, up to rounding.
 *
 * Throws LinearityError, or Misuse where `f` cannot be checked.
 * @example
 * import { assert, property } from 'fast-check'
 * import { transpose } from 'gradfold'
 * import { checkLinear, tensors } from 'gradfold/testing'
 * const matrices = tensors({ shape: [2, 3] })
 * assert(property(matrices, matrices, checkLinear(transpose)), { numRuns: 10 })
 */
export const checkLinear =
  (f: OfOne, { seed = 0 }: LinearCheckSettings = {}) =>
  (x: Input, y: Input): void => {
    const [first, second] = [hostOf(x), hostOf(y)]
    const [a, b] = weights(seed, 500, 2)
    const mixed = Float64Array.from(first.values, (value, i) => a! * value + b! * (second.values[i] ?? NaN))
    const [atFirst, atSecond, atMixed] = [first, second, { ...first, values: mixed }].map((at) =>
      projected(f, at, seed)
    )
    const combined = a! * atFirst!.value + b! * atSecond!.value
    const bound = atMixed!.bound + Math.abs(a!) * atFirst!.bound + Math.abs(b!) * atSecond!.bound
    demand('f(a x + b y) is not a f(x) + b f(y)', [atMixed!.value, combined], 2 * bound)
    const adjoint = dot(first.values, atFirst!.gradient)
    demand('<f(x), w> is not <x, gradient for w>', [atFirst!.value, adjoint.value], 2 * atFirst!.bound + adjoint.bound)
  }

/**
 * A predicate that throws unless one linear function is the adjoint of another: <f(x), y> = <x, g(y)>, in float64, up to
 * rounding. y has the shape of f(x), and x that of g(y).
 *
 * Throws LinearityError, or Misuse where one of them cannot be checked.
 * @example
 * import { assert, property } from 'fast-check'
 * import { pad, slice } from 'gradfold'
 * import { checkAdjoint, tensors } from 'gradfold/testing'
 * const check = checkAdjoint((tape, x) => pad(tape, x, [1], [2]), (tape, y) => slice(tape, y, [1], [3]))
 * assert(property(tensors({ shape: [3] }), tensors({ shape: [6] }), check), { numRuns: 10 })
 */
export const checkAdjoint =
  (f: OfOne, g: OfOne, { seed = 0 }: LinearCheckSettings = {}) =>
  (x: Input, y: Input): void => {
    const [first, second] = [hostOf(x), hostOf(y)]
    const there = projected(f, first, seed, second)
    const back = projected(g, second, seed, first)
    demand('<f(x), y> is not <x, g(y)>', [there.value, back.value], 2 * (there.bound + back.bound))
  }

const demand = (message: string, found: readonly [number, number], bound: number): void => {
  if (!(Math.abs(found[0] - found[1]) <= bound)) throw new LinearityError(message, found, bound)
}

/** By the weights of the seed, or by those that are given. */
const projected = (f: OfOne, x: HostTensor, seed: number, by?: HostTensor): Projection => {
  const { subject } = trialOf(f, [x])
  const settings = complete({ seed })
  vet(subject, [x], settings, settings)
  return withRun(subject, [x], settings, (run) => {
    const output = run.outputs[0]!
    if (by !== undefined && by.shape.join() !== output.shape.join()) {
      const text = `The result is of shape [${output.shape.join(', ')}], the other tensor of shape [${by.shape.join(', ')}]: they have to agree.`
      throw new Misuse('InvalidInput', text)
    }
    const factors = by === undefined ? weights(seed, 0, sizeOf(output.shape)) : Float64Array.from(by.values)
    const { value, bound } = dot(run.tape.kernels.read(tensorOf(output)), factors)
    const { gradients, rounding } = recordedGradients(run, [factors])
    return { value, gradient: gradients[0] ?? new Float64Array(x.values.length), bound: bound + rounding }
  })
}

/** A sum of products, and how far rounding can take it from the true one (Higham, section 3.1). */
const dot = (x: ArrayLike<number>, y: Float64Array): { readonly value: number; readonly bound: number } => {
  let value = 0
  let magnitude = 0
  for (let i = 0; i < x.length; i++) {
    value += x[i]! * (y[i] ?? NaN)
    magnitude += Math.abs(x[i]! * (y[i] ?? NaN))
  }
  return { value, bound: (x.length + 1) * UNIT * magnitude }
}
