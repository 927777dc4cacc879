/**
 * How the first values of a parameter are drawn, as plain data. Weights are `[out, in]`.
 */
import { left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { invalidArgument } from '../error/tensorError'
import type { Shape } from '../kernels/tensor'
import { drawNormal } from './drawNormal'
import { drawUniform } from './drawUniform'
import { fitsFloat32 } from './float32'
import type { RandomKey } from './key'

/** The same value everywhere. */
export interface Constant {
  readonly _tag: 'Constant'
  readonly value: number
}

/**
 * Mean 0 and variance scale / n, where n is the number of inputs, of outputs, or the mean of both: normal with standard
 * deviation sqrt(scale / n), or uniform in [-b, b) with b = sqrt(3 scale / n). The normal is not truncated.
 */
export interface VarianceScaling {
  readonly _tag: 'VarianceScaling'
  readonly scale: number
  readonly mode: 'fanIn' | 'fanOut' | 'fanAverage'
  readonly distribution: 'uniform' | 'normal'
}

/** How a parameter begins, as data. */
export type Initializer = Constant | VarianceScaling

/** How many numbers each output is made of, and how many outputs each input reaches. */
export interface Fans {
  readonly fanIn: number
  readonly fanOut: number
}

/** All 0. */
export const zeros: Constant = { _tag: 'Constant', value: 0 }

/** All 1. */
export const ones: Constant = { _tag: 'Constant', value: 1 }

const varianceScaling = (
  scale: number,
  mode: VarianceScaling['mode'],
  distribution: VarianceScaling['distribution']
): VarianceScaling => ({ _tag: 'VarianceScaling', scale, mode, distribution })

/**
 * b = sqrt(6 / (fanIn + fanOut)). Glorot & Bengio (2010), "Understanding the difficulty of training deep feedforward
 * neural networks", AISTATS. PyTorch's xavier_uniform_.
 */
export const xavierUniform = varianceScaling(1, 'fanAverage', 'uniform')

/** std = sqrt(2 / (fanIn + fanOut)); source as for xavierUniform. PyTorch's xavier_normal_. */
export const xavierNormal = varianceScaling(1, 'fanAverage', 'normal')

/**
 * b = sqrt(6 / fanIn), for relu. He, Zhang, Ren, Sun (2015), "Delving deep into rectifiers", ICCV. PyTorch's
 * kaiming_uniform_ with nonlinearity 'relu'.
 */
export const heUniform = varianceScaling(2, 'fanIn', 'uniform')

/** std = sqrt(2 / fanIn); source as for heUniform. PyTorch's kaiming_normal_ with nonlinearity 'relu'. */
export const heNormal = varianceScaling(2, 'fanIn', 'normal')

/**
 * b = sqrt(3 / fanIn). LeCun, Bottou, Orr, Müller (1998), "Efficient BackProp", in Neural networks: tricks of the trade.
 */
export const lecunUniform = varianceScaling(1, 'fanIn', 'uniform')

/** std = sqrt(1 / fanIn); source as for lecunUniform. */
export const lecunNormal = varianceScaling(1, 'fanIn', 'normal')

/** The float32 numbers that a parameter of this shape begins with. A fan of 0 counts as 1. */
export const initialValues = (initializer: Initializer, key: RandomKey, shape: Shape, fans: Fans): Float64Array => {
  const size = shape.reduce((product, length) => product * length, 1)
  if (initializer._tag === 'Constant') return new Float64Array(size).fill(Math.fround(initializer.value))
  const variance = initializer.scale / Math.max(1, fanOf(initializer.mode, fans))
  if (initializer.distribution === 'normal') return drawNormal(key, size, 0, Math.sqrt(variance))
  const bound = Math.sqrt(3 * variance)
  return drawUniform(key, size, -bound, bound)
}

const fanOf = (mode: VarianceScaling['mode'], { fanIn, fanOut }: Fans): number => {
  if (mode === 'fanIn') return fanIn
  return mode === 'fanOut' ? fanOut : (fanIn + fanOut) / 2
}

/** InvalidArgument unless the value is a float32 number, or the scale positive and its draws in float32's range. */
export const checkInitializer = (operation: string, initializer: Initializer): Result<void> => {
  if (initializer._tag === 'Constant') {
    const { value } = initializer
    if (fitsFloat32(value)) return right(undefined)
    const text = `an initial value must be a finite number in the range of float32, but it is ${String(value)}`
    return left(invalidArgument(operation, 'init', value, text))
  }
  const { scale } = initializer
  if (scale >= 2 ** -200 && scale <= 2 ** 200) return right(undefined)
  const text =
    `the scale of an initializer, its variance times the fan, must be positive (2^-200 to 2^200), but it is ` +
    `${String(scale)}: usual are 1 and 2; for zeros use the initializer zeros`
  return left(invalidArgument(operation, 'init', scale, text))
}
