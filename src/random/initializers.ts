/** The initialisers by name. Gains are `withGain`'s; what each draws is in initialValues.ts. */
import type {
  Constant,
  IdentityMatrix,
  Normal,
  Orthogonal,
  Scalable,
  TruncatedNormal,
  Uniform,
  VarianceScaling
} from './initializer'

export { checkInitializer } from './checkInitializer'
export type { Fans } from './fansOf'
export { initialValues } from './initialValues'
export type { Constant, Initializer, VarianceScaling } from './initializer'

/** All 0. */
export const zeros: Constant = { _tag: 'Constant', value: 0 }

/** All 1. */
export const ones: Constant = { _tag: 'Constant', value: 1 }

/**
 * This value everywhere. (`constant` is the operation that records data.)
 * @example
 * import { constantInit, defaultKernels, linear, map, show, startTape } from 'gradfold'
 * import { pipe } from 'fp-ts/function'
 * const layer = linear(startTape(defaultKernels()), 2, 1, { init: constantInit(0.5) })
 * console.log(show(pipe(layer, map(({ weight }) => weight)))) // => [[0.5, 0.5]]
 */
export const constantInit = (value: number): Constant => ({ _tag: 'Constant', value })

/** Evenly from [low, high), [0, 1) by default. (`uniform` is the operation.) PyTorch's uniform_. */
export const uniformInit = ({
  low = 0,
  high = 1
}: { readonly low?: number; readonly high?: number } = {}): Uniform => ({ _tag: 'Uniform', low, high })

/** Normal, of mean 0 and standard deviation 1 by default. (`normal` is the operation.) PyTorch's normal_. */
export const normalInit = ({ mean = 0, std = 1 }: { readonly mean?: number; readonly std?: number } = {}): Normal => ({
  _tag: 'Normal',
  mean,
  std
})

/**
 * Normal, given that it lies in [low, high]: absolute bounds, [-2, 2] by default, of mean 0 and standard deviation 1. Two standard
 * deviations of 0.02, say, are low -0.04 and high 0.04. (`truncatedNormal` is the operation.) PyTorch's trunc_normal_.
 * @example
 * import { defaultKernels, linear, startTape, truncatedNormalInit } from 'gradfold'
 * linear(startTape(defaultKernels()), 64, 64, { init: truncatedNormalInit({ std: 0.02, low: -0.04, high: 0.04 }) })
 */
export const truncatedNormalInit = ({
  mean = 0,
  std = 1,
  low = -2,
  high = 2
}: {
  readonly mean?: number
  readonly std?: number
  readonly low?: number
  readonly high?: number
} = {}): TruncatedNormal => ({ _tag: 'TruncatedNormal', mean, std, low, high })

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

/** std = sqrt(1 / fanIn); source as for lecunUniform. PyTorch's kaiming_normal_ with nonlinearity 'linear'. */
export const lecunNormal = varianceScaling(1, 'fanIn', 'normal')

/**
 * Rows at right angles, each of length 1, or columns where there are more rows; a weight of more axes is a matrix of outputs by
 * all the rest. Needs two axes. Saxe, McClelland, Ganguli (2014), "Exact solutions to the nonlinear dynamics of learning in
 * deep linear neural networks", ICLR. PyTorch's orthogonal_.
 */
export const orthogonal: Orthogonal = { _tag: 'Orthogonal' }

/** 1 on the diagonal, 0 elsewhere: a layer that begins by passing its input on. Of two axes. PyTorch's eye_. */
export const identityMatrix: IdentityMatrix = { _tag: 'IdentityMatrix' }

/**
 * The same initialiser with all values `gain` times as large, over and above a gain that it has. He's is LeCun's with the
 * gain of relu; PyTorch's own for linear layers is LeCun's uniform with that of leakyRelu at a slope of sqrt(5). A gain
 * that is not positive is an InvalidArgument of what draws with it.
 * @example
 * import { defaultKernels, gainOf, linear, startTape, withGain, xavierUniform } from 'gradfold'
 * linear(startTape(defaultKernels()), 64, 64, { init: withGain(xavierUniform, gainOf('tanh')) })
 */
export const withGain = <I extends Scalable>(initializer: I, gain: number): I => ({
  ...initializer,
  gain: (initializer.gain ?? 1) * gain
})
