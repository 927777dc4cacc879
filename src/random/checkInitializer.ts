import { chain, left, right } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type { Result } from '../error/result'
import { invalidArgument, shapeText } from '../error/tensorError'
import type { Shape } from '../kernels/tensor'
import { checkNormal } from './drawNormal'
import { checkTruncatedNormal } from './drawTruncatedNormal'
import { checkUniform } from './drawUniform'
import { fitsFloat32 } from './float32'
import type { IdentityMatrix, Initializer, Orthogonal } from './initializer'

/**
 * InvalidArgument unless these numbers can be drawn, in float32's range, for a parameter of this shape. Without a shape that one
 * is not looked at.
 */
export const checkInitializer = (operation: string, initializer: Initializer, shape?: Shape): Result<void> => {
  switch (initializer._tag) {
    case 'Constant':
      return checkValue(operation, initializer.value)
    case 'Uniform':
      return checkUniform(operation, initializer.low, initializer.high)
    case 'Normal':
      return checkNormal(operation, initializer.mean, initializer.std)
    case 'TruncatedNormal': {
      const { mean, std, low, high } = initializer
      return checkTruncatedNormal(operation, mean, std, low, high)
    }
    case 'VarianceScaling':
      return pipe(
        checkGain(operation, initializer.gain),
        chain(() => checkScale(operation, initializer.scale))
      )
    case 'Orthogonal':
    case 'IdentityMatrix':
      return pipe(
        checkGain(operation, initializer.gain),
        chain(() => checkMatrix(operation, initializer, shape))
      )
  }
}

const checkValue = (operation: string, value: number): Result<void> => {
  if (fitsFloat32(value)) return right(undefined)
  const text = `an initial value must be a finite number in the range of float32, but it is ${String(value)}`
  return left(invalidArgument(operation, 'init', value, text))
}

const checkScale = (operation: string, scale: number): Result<void> => {
  if (scale >= 2 ** -200 && scale <= 2 ** 200) return right(undefined)
  const text =
    `the scale of an initializer, its variance times the fan, must be positive (2^-200 to 2^200), but it is ` +
    `${String(scale)}: usual are 1 and 2; for zeros use the initializer zeros`
  return left(invalidArgument(operation, 'init', scale, text))
}

const checkGain = (operation: string, gain = 1): Result<void> => {
  if (gain >= 2 ** -20 && gain <= 2 ** 20) return right(undefined)
  const text =
    `the gain of an initializer must be positive (2^-20 to 2^20), but it is ${String(gain)}: gainOf gives that of an ` +
    'activation; for zeros use the initializer zeros'
  return left(invalidArgument(operation, 'init', gain, text))
}

const checkMatrix = (
  operation: string,
  { _tag }: Orthogonal | IdentityMatrix,
  shape: Shape | undefined
): Result<void> => {
  if (shape === undefined) return right(undefined)
  const isOrthogonal = _tag === 'Orthogonal'
  if (isOrthogonal ? shape.length >= 2 : shape.length === 2) return right(undefined)
  const text =
    `the initializer ${isOrthogonal ? 'orthogonal needs two axes or more' : 'identityMatrix needs two axes'}, but the ` +
    `parameter is ${shapeText(shape)}: take zeros or ones for a vector, heNormal or orthogonal for a convolution`
  return left(invalidArgument(operation, 'init', _tag, text))
}
