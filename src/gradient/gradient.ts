import { isLeft, left, mapLeft, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { atPath, shapeText } from '../error/tensorError'
import type { Variable } from '../tape/variable'
import { allOrNothing } from '../tape/allOrNothing'
import { collectTensors, mapTensors } from '../tape/structure'
import { contextOf, type Tape, type Traced } from '../tape/tape'
import { dependents, fold, inDerivative, Stop } from './fold'
import { checkLoss, noPath, onTape } from './loss'
import { Recording } from './recording'

/** Settings of gradient. */
export interface GradientSettings {
  /** The gradient of what follows with respect to `loss`; needed where the loss is not one number. */
  readonly upstream?: Variable
}

/**
 * The gradients of `loss` with respect to one variable or all variables in a plain value (a record, an array, a model):
 * the same value with a gradient in place of each. They are recorded on the tape themselves, so they can be
 * differentiated again. `wrt` may hold constants and intermediate values too.
 *
 * NoGradientPath: the loss does not depend on one of them. NotScalar, ForeignVariable, Released, KernelError.
 * @example
 * import { defaultKernels, gradient, mul, parameter, show, startTape, sum, trace } from 'gradfold'
 * const second = trace(startTape(defaultKernels()), function* (run) {
 *   const x = yield* run(parameter, [1, 2])
 *   const cube = yield* run(mul, yield* run(mul, x, x), x)
 *   const first = yield* run(gradient, yield* run(sum, cube), x) // 3 x^2
 *   return yield* run(gradient, yield* run(sum, first), x) // 6 x
 * })
 * console.log(show(second)) // => [6, 12]
 */
export const gradient = <V>(tape: Tape, loss: Variable, wrt: V, settings: GradientSettings = {}): Result<Traced<V>> =>
  mapLeft(atPath(contextOf(tape).path))(foldChecked(tape, loss, wrt, settings))

const foldChecked = <V>(tape: Tape, loss: Variable, wrt: V, { upstream }: GradientSettings): Result<Traced<V>> => {
  const start = checkLoss('gradient', tape, loss, upstream)
  if (isLeft(start)) return start
  const variables = [...collectTensors(wrt).variables]
  const sources = onTape('gradient', tape, variables)
  if (isLeft(sources)) return sources
  return allOrNothing(tape, () => foldRecorded(tape, start.right, upstream, wrt, sources.right))
}

/** The checked rest; `sources` are the variables of `wrt`. */
const foldRecorded = <V>(
  tape: Tape,
  loss: Variable,
  upstream: Variable | undefined,
  wrt: V,
  sources: ReadonlyArray<Variable>
): Result<Traced<V>> => {
  const wanted = new Set(sources)
  const isWanted = dependents(loss, wanted)
  const recording = new Recording(tape)
  try {
    const first = upstream ?? recording.fill(loss.shape, 1, 'float32')
    const found = isWanted(loss)
      ? fold(recording, loss, first, isWanted, (entry) => wanted.has(entry))
      : new Map<never, Variable>()
    const missing = sources.find((entry) => !found.has(entry))
    if (missing !== undefined) {
      const { path, shape } = missing
      return noPath(
        'gradient',
        `The loss does not depend on the variable ${shapeText(shape)}${path === '' ? '' : ` at ${path}`}`
      )
    }
    const gradients = new Map(sources.map((entry) => [entry, found.get(entry)!]))
    const value = mapTensors(wrt, { variable: (variable) => gradients.get(variable)! })
    return right({ value, tape: recording.tape })
  } catch (thrown) {
    if (thrown instanceof Stop) return left(inDerivative(recording.entry, thrown.error))
    throw thrown
  }
}
