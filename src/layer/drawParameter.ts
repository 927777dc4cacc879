import { isLeft, left } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { atPath } from '../error/tensorError'
import type { Shape } from '../kernels/tensor'
import { fansOf, type WeightLayout } from '../random/fansOf'
import { checkInitializer, type Initializer, initialValues, xavierUniform } from '../random/initializers'
import { checkShape } from '../tape/input'
import { drawnParameter } from '../tape/leaf'
import { contextOf, takeKey, type Tape, type Traced } from '../tape/tape'
import type { Variable } from '../tape/variable'

/** Settings of drawParameter. */
export interface DrawSettings {
  /** How it begins; xavierUniform by default. */
  readonly init?: Initializer
  /** Where its outputs are, by which fans are counted: `[out, in, ...]` (default) or `[..., in, out]`. */
  readonly layout?: WeightLayout
  /** Its name below the layer path of the tape; `weight` by default. */
  readonly name?: string
}

/**
 * A float32 parameter of any shape, drawn with the tape's next key: for a layer of one's own. Kernels without data draw
 * nothing.
 *
 * InvalidShape: a shape that no tensor has. InvalidArgument: an initialiser that cannot be drawn from.
 * @example
 * import { drawParameter, heNormal, startTape, wasmKernels } from 'gradfold'
 * import { isRight } from 'fp-ts/Either'
 * const kernel = drawParameter(startTape(wasmKernels()), [8, 3, 5], { init: heNormal, name: 'kernel' })
 * if (isRight(kernel)) console.log(kernel.right.value.path, kernel.right.value.shape) // => kernel [8, 3, 5]
 */
export const drawParameter = (
  tape: Tape,
  shape: Shape,
  { init = xavierUniform, layout = 'outFirst', name = 'weight' }: DrawSettings = {}
): Result<Traced<Variable>> => {
  const sizes = checkShape('drawParameter', shape)
  const checked = isLeft(sizes) ? sizes : checkInitializer('drawParameter', init, shape)
  if (isLeft(checked)) return left(atPath(contextOf(tape).path)(checked.left))
  const { value: key, tape: next } = takeKey(tape)
  return drawnParameter(next, 'drawParameter', name, [...shape], () =>
    initialValues(init, key, shape, fansOf(shape, layout))
  )
}
