import { isLeft, left, right } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type { Result } from '../error/result'
import { atPath, invalidArgument, shapeMismatch, shapesText } from '../error/tensorError'
import { sameShape } from '../kernels/shape'
import { add } from '../operation/add'
import { concat } from '../operation/concat'
import { mul } from '../operation/mul'
import { allOrNothing } from '../tape/allOrNothing'
import { contextOf, type Tape, type Traced } from '../tape/tape'
import { andThen, fold, map, named, traverse } from '../tape/trace'
import type { Variable } from '../tape/variable'
import type { Forward, Layer } from './layer'
import { type Element, type MadeAll, makeAll } from './made'

/** Several layers of one input, and what becomes of their outputs. */
export interface Parallel<L extends ReadonlyArray<Layer> = ReadonlyArray<Layer>> extends ParallelSettings {
  readonly _tag: 'Parallel'
  readonly layers: L
  readonly join: Join
}

/** One after the other along an axis, or added, or multiplied. */
export type Join = 'concat' | 'add' | 'mul'

/** Settings of parallel. */
export interface ParallelSettings {
  /** `concat` by default. */
  readonly join?: Join
  /** The axis of concat; -1, the last, by default. */
  readonly axis?: number
}

/**
 * Several layers that are all given the same input; their outputs are put one after the other along the last axis, or along
 * `axis`, or with `join` `add` or `mul` added or multiplied. Parameters get the paths "0.weight", "1.weight" and so on.
 *
 * InvalidArgument: no layers.
 * @example
 * import { activation, constant, defaultKernels, forward, parallel, show, startTape, trace } from 'gradfold'
 * const y = trace(startTape(defaultKernels()), function* (run) {
 *   const both = yield* run(parallel, [activation('relu'), activation('tanh')])
 *   return yield* run(forward, both, yield* run(constant, [[2, 0]]))
 * })
 * console.log(show(y)) // => [[2, 0, 0.964028, 0]]
 */
export function parallel<const E extends ReadonlyArray<Element>>(
  tape: Tape,
  elements: E,
  settings?: ParallelSettings
): Result<Traced<Parallel<NoInfer<MadeAll<E>>>>>
export function parallel(
  tape: Tape,
  elements: ReadonlyArray<Element>,
  { join = 'concat', axis }: ParallelSettings = {}
): Result<Traced<Parallel>> {
  if (elements.length === 0) {
    const text =
      'parallel needs at least one layer: the outputs of none cannot be joined. To pass x on, use an empty sequential.'
    return left(atPath(contextOf(tape).path)(invalidArgument('parallel', 'elements', elements, text)))
  }
  return map((layers: ReadonlyArray<Layer>): Parallel => ({
    _tag: 'Parallel',
    layers,
    join,
    ...(axis === undefined ? {} : { axis })
  }))(makeAll(tape, elements))
}

/**
 * The outputs of all layers for x, joined.
 *
 * Errors: those of the layers, with the place of the layer that failed; ShapeMismatch if the outputs do not fit each other.
 */
export const parallelForward = (
  tape: Tape,
  { layers, join, axis = -1 }: Parallel,
  x: Variable,
  forward: Forward
): Result<Traced<Variable>> =>
  allOrNothing(tape, () =>
    pipe(
      traverse(tape, layers, (at, inner: Layer, index) => named(at, `${index}`, (below) => forward(below, inner, x))),
      andThen((at, outputs) => {
        if (join === 'concat') return concat(at, outputs, { axis })
        const fitting = oneShape(join, outputs)
        if (isLeft(fitting)) return left(atPath(contextOf(at).path)(fitting.left))
        const [first, ...others] = fitting.right
        return fold(at, others, first, join === 'add' ? add : mul)
      })
    )
  )

/** Sums that broadcast would hide a layer of the wrong size. */
const oneShape = (
  join: Join,
  outputs: ReadonlyArray<Variable>
): Result<readonly [Variable, ...ReadonlyArray<Variable>]> => {
  const [first, ...others] = outputs
  const shapes = outputs.map(({ shape }) => shape)
  if (first !== undefined && others.every(({ shape }) => sameShape(shape, first.shape)))
    return right([first, ...others])
  const text =
    `parallel with join '${join}' needs layers whose outputs have one shape, not ${shapesText(shapes)}: nothing broadcasts ` +
    `here. Give the layers the same number of features, or take join 'concat'.`
  return left(shapeMismatch('parallel', shapes, text))
}
