import { isLeft, left } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type { Result } from '../error/result'
import { atPath, invalidArgument } from '../error/tensorError'
import { fitsFloat32 } from '../random/float32'
import { allOrNothing } from '../tape/allOrNothing'
import type { Variable } from '../tape/variable'
import type { Primitive } from '../tape/primitive'
import { record } from '../tape/record'
import { contextOf, type Tape, type Traced } from '../tape/tape'
import { andThen } from '../tape/trace'
import { mul } from './mul'
import { NONE } from './operand'
import { unaryRule } from './rules'

export const softplusPrimitive: Primitive<object> = {
  name: 'softplus',
  saves: 'inputs',
  rule: unaryRule('softplus', 'float32'),
  run: (kernels, [x]) => kernels.softplus(x!),
  derivative: (operations, upstream, at) => [() => operations.mul(upstream, operations.sigmoid(at.input(0)))]
}

/** Settings of softplus. */
export interface SoftplusSettings {
  /** How sharp the bend at 0 is; above 0, and 1 by default. */
  readonly beta?: number
}

/**
 * y = ln(1 + exp(beta x)) / beta, the smooth relu, element by element; of float32. It does not overflow, and has all its
 * digits in the left tail. (PyTorch goes over to y = x at beta x = 20, where both agree to 1e-10.)
 *
 * Derivative: g sigmoid(beta x). Saved: beta x. Errors: DtypeError for int32 and bool, InvalidArgument.
 * Source: Dugas et al., "Incorporating second-order functional knowledge for better option pricing", 2000.
 * @example
 * import { andThen, constant, defaultKernels, show, softplus, startTape } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * console.log(show(pipe(constant(startTape(defaultKernels()), [0, 1e4]), andThen(softplus)))) // => [0.693147, 10000]
 */
export const softplus = (tape: Tape, x: Variable, { beta = 1 }: SoftplusSettings = {}): Result<Traced<Variable>> => {
  if (beta === 1) return record(tape, softplusPrimitive, [x], NONE)
  const at = atPath(contextOf(tape).path)
  if (!(beta > 0 && fitsFloat32(beta) && fitsFloat32(1 / beta))) {
    const text = `softplus needs beta to be a finite number above 0 in the range of float32, not ${beta}: the larger it is, the nearer to relu.`
    return left(at(invalidArgument('softplus', 'beta', beta, text)))
  }
  const typed = softplusPrimitive.rule([x], NONE)
  if (isLeft(typed)) return left(at(typed.left))
  return allOrNothing(tape, () =>
    pipe(
      mul(tape, x, beta),
      andThen((later, scaled) => record(later, softplusPrimitive, [scaled], NONE)),
      andThen((later, y) => mul(later, y, 1 / beta))
    )
  )
}
