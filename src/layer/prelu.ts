import { isLeft, left } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type { Result } from '../error/result'
import { atPath, invalidArgument, shapeMismatch, shapeText } from '../error/tensorError'
import { checkArgument } from '../function/floatFunction'
import { withSlope } from '../function/leakyRelu'
import { reshape } from '../operation/reshape'
import { allOrNothing } from '../tape/allOrNothing'
import { drawnParameter } from '../tape/leaf'
import { contextOf, type Tape, type Traced } from '../tape/tape'
import { andThen, map } from '../tape/trace'
import type { Variable } from '../tape/variable'

/** x where x > 0, else slope x, with slopes that are learnt. */
export interface Prelu {
  readonly _tag: 'Prelu'
  /** `[1]`, or `[channels]` for the last axis. */
  readonly slope: Variable
}

/** Settings of prelu. */
export interface PreluSettings {
  /** How many slopes: one for each place of the last axis, or 1 for all, the default. */
  readonly channels?: number
  /** What the slopes begin with; 0.25 by default. */
  readonly slope?: number
}

/**
 * A layer of leaky relus with learnt slopes `[channels]`, one for each place of x's last axis, or one for all.
 *
 * InvalidArgument: channels that are not a whole number from 1 up, a slope that is not finite.
 * He, Zhang, Ren, Sun (2015), "Delving deep into rectifiers", ICCV.
 * @example
 * import { constant, defaultKernels, forward, prelu, show, startTape, trace } from 'gradfold'
 * const y = trace(startTape(defaultKernels()), function* (run) {
 *   return yield* run(forward, yield* run(prelu), yield* run(constant, [2, -2]))
 * })
 * console.log(show(y)) // => [2, -0.5]
 */
export const prelu = (tape: Tape, { channels = 1, slope = 0.25 }: PreluSettings = {}): Result<Traced<Prelu>> => {
  const at = atPath(contextOf(tape).path)
  if (!Number.isSafeInteger(channels) || channels < 1) {
    const text = `prelu needs channels to be a whole number from 1 up, not ${channels}: it counts the slopes, one for each place of the last axis.`
    return left(at(invalidArgument('prelu', 'channels', channels, text)))
  }
  const checked = checkArgument('prelu', { name: 'slope', value: slope })
  if (isLeft(checked)) return left(at(checked.left))
  return map((variable: Variable): Prelu => ({ _tag: 'Prelu', slope: variable }))(
    drawnParameter(tape, 'prelu', 'slope', [channels], () => new Float64Array(channels).fill(slope))
  )
}

/**
 * x where x > 0, else slope x; x of any shape, with `channels` numbers along its last axis if there is more than one slope.
 *
 * Derivatives: dL/dx = g where x > 0, else slope g; dL/dslope = the sum of g x where x <= 0.
 * Errors: ShapeMismatch, DtypeError.
 * @example
 * import { constant, defaultKernels, prelu, preluForward, show, startTape, trace } from 'gradfold'
 * const y = trace(startTape(defaultKernels()), function* (run) {
 *   const layer = yield* run(prelu, { channels: 2, slope: 0.5 })
 *   return yield* run(preluForward, layer, yield* run(constant, [[2, -2]]))
 * })
 * console.log(show(y)) // => [[2, -1]]
 */
export const preluForward = (tape: Tape, { slope }: Prelu, x: Variable): Result<Traced<Variable>> => {
  const channels = slope.shape[0] ?? 1
  if (channels !== 1 && x.shape.at(-1) !== channels) {
    const text =
      `preluForward has ${channels} slopes, one for each place of the last axis, but x is ${shapeText(x.shape)}: make the layer ` +
      `with ${x.shape.at(-1) ?? 1} channels, or with one slope for all.`
    return left(atPath(contextOf(tape).path)(shapeMismatch('preluForward', [x.shape, slope.shape], text)))
  }
  if (x.shape.length > 0) return withSlope(tape, 'preluForward', x, slope)
  return allOrNothing(tape, () =>
    pipe(
      reshape(tape, slope, []),
      andThen((at, single) => withSlope(at, 'preluForward', x, single))
    )
  )
}
