import type { Shape } from '../kernels/tensor'
import { drawNormal } from './drawNormal'
import { drawOrthogonal } from './drawOrthogonal'
import { drawTruncatedNormal } from './drawTruncatedNormal'
import { drawUniform } from './drawUniform'
import type { Fans } from './fansOf'
import type { IdentityMatrix, Initializer, Orthogonal, VarianceScaling } from './initializer'
import type { RandomKey } from './key'

/** The float32 numbers that a parameter of this shape begins with. A fan of 0 counts as 1. */
export const initialValues = (initializer: Initializer, key: RandomKey, shape: Shape, fans: Fans): Float64Array => {
  const size = sizeOf(shape)
  switch (initializer._tag) {
    case 'Constant':
      return new Float64Array(size).fill(Math.fround(initializer.value))
    case 'Uniform':
      return drawUniform(key, size, initializer.low, initializer.high)
    case 'Normal':
      return drawNormal(key, size, initializer.mean, initializer.std)
    case 'TruncatedNormal': {
      const { mean, std, low, high } = initializer
      return drawTruncatedNormal(key, size, mean, std, low, high)
    }
    case 'VarianceScaling':
      return scaled(initializer, key, size, fans)
    case 'Orthogonal':
      return orthogonalValues(initializer, key, shape, fans)
    case 'IdentityMatrix':
      return identityValues(initializer, shape)
  }
}

const sizeOf = (shape: Shape): number => shape.reduce((product, length) => product * length, 1)

const scaled = (initializer: VarianceScaling, key: RandomKey, size: number, fans: Fans): Float64Array => {
  const { scale, mode, distribution, gain = 1 } = initializer
  const variance = scale / Math.max(1, fanOf(mode, fans))
  if (distribution === 'normal') return drawNormal(key, size, 0, gain * Math.sqrt(variance))
  const bound = gain * Math.sqrt(3 * variance)
  return drawUniform(key, size, -bound, bound)
}

const fanOf = (mode: VarianceScaling['mode'], { fanIn, fanOut }: Fans): number => {
  if (mode === 'fanIn') return fanIn
  return mode === 'fanOut' ? fanOut : (fanIn + fanOut) / 2
}

/** Of outputs by all the rest, whichever comes first. */
const orthogonalValues = ({ gain = 1 }: Orthogonal, key: RandomKey, shape: Shape, fans: Fans): Float64Array =>
  fans.layout === 'outLast'
    ? drawOrthogonal(key, sizeOf(shape.slice(0, -1)), shape.at(-1) ?? 1, gain)
    : drawOrthogonal(key, shape[0] ?? 1, sizeOf(shape.slice(1)), gain)

const identityValues = ({ gain = 1 }: IdentityMatrix, [rows = 1, columns = 1]: Shape): Float64Array => {
  const values = new Float64Array(rows * columns)
  for (let i = 0; i < Math.min(rows, columns); i++) values[i * columns + i] = Math.fround(gain)
  return values
}
