import fc from 'fast-check'
import type { Dtype, HostTensor, Shape } from '../../kernels/tensor'
import { type NumberKind, numbersOf } from './numbers'
import { shapes } from './shapes'
import { tensorLists } from './tensorLists'

/**
 * What a generated tensor is filled with:
 * - plain: numbers of moderate size, all different (up to 241 of float32, 100 of int32) and, in float32, none near 0, so
 *   that central differences meet no kink;
 * - nearKinks: numbers at 0, 1, -1 and a few more, from the next float to 1e-3 beside them, and often the same one twice;
 * - extreme: the ends of the range and what is far from 1, denormal numbers among them; finite;
 * - special: NaN, Infinity, -Infinity and -0 among plain numbers; int32, which has none of them, is extreme instead;
 * - any: each tensor of one of these kinds, half of them plain.
 */
export type TensorKind = NumberKind | 'any'

/** Settings of tensors. */
export interface TensorSettings {
  /** One shape, or what generates it; any that `shapes` gives by default. */
  readonly shape?: Shape | fc.Arbitrary<Shape>
  /** float32 by default. */
  readonly dtype?: Dtype
  /** plain by default. */
  readonly kind?: TensorKind
}

/**
 * Tensors as `constant` and `parameter` take them. They shrink to smaller shapes and simpler numbers, and fast-check
 * prints them as TypeScript: `{ shape: [2], values: [1, -0.5] }`. bool tensors are of 0 and 1 whatever their kind.
 * @example
 * import fc from 'fast-check'
 * import { constant, item, max, referenceKernels, scope, startTape, trace } from 'gradfold'
 * import { isRight } from 'fp-ts/Either'
 * import { tensors } from 'gradfold/testing'
 * const tape = startTape(referenceKernels())
 * fc.assert(
 *   fc.property(tensors({ shape: [2, 3] }), (x) => {
 *     const largest = scope(tape, (inner) =>
 *       trace(inner, function* (run) {
 *         return yield* run(max, yield* run(constant, x))
 *       })
 *     )
 *     const number = isRight(largest) ? item(largest.right.value) : largest
 *     return isRight(number) && number.right === Math.max(...x.values)
 *   })
 * )
 */
export const tensors = ({
  shape = shapes(),
  dtype = 'float32',
  kind = 'plain'
}: TensorSettings = {}): fc.Arbitrary<HostTensor> => {
  // Not instanceof: an ES module and a CommonJS module each have a fast-check of their own.
  const drawn = 'generate' in shape ? shape : fc.constant(shape)
  return tensorsOf(
    drawn.map((one) => [one]),
    dtype,
    kind
  ).map(([x]) => x!)
}

/** Tensors of these shapes, all of one kind. */
export const tensorsOf = (
  shapesOfAll: fc.Arbitrary<ReadonlyArray<Shape>>,
  dtype: Dtype,
  kind: TensorKind
): fc.Arbitrary<ReadonlyArray<HostTensor>> => {
  const of = (one: NumberKind): fc.Arbitrary<ReadonlyArray<HostTensor>> =>
    tensorLists(shapesOfAll, dtype, numbersOf(dtype, one))
  if (kind !== 'any') return of(kind)
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 3, arbitrary: of('plain') },
    { weight: 1, arbitrary: of('nearKinks') },
    { weight: 1, arbitrary: of('extreme') },
    { weight: 1, arbitrary: of('special') }
  )
}
