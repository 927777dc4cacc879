/** What has a gain of its own; `linear` stands for no activation and for convolutions. */
export type GainName = 'linear' | 'sigmoid' | 'tanh' | 'relu' | 'leakyRelu' | 'selu'

const gains: { readonly [K in Exclude<GainName, 'leakyRelu'>]: number } = {
  linear: 1,
  sigmoid: 1,
  tanh: 5 / 3,
  relu: Math.sqrt(2),
  selu: 3 / 4
}

/**
 * By what an activation shrinks the standard deviation of what it is given, the other way round: the gain of the weight that
 * comes before it, or after it. `slope` is that of leakyRelu below 0, 0.01 by default: sqrt(2 / (1 + slope^2)).
 * PyTorch's calculate_gain.
 * @example
 * import { gainOf } from 'gradfold'
 * console.log(gainOf('tanh').toFixed(4)) // => 1.6667
 */
export const gainOf = (name: GainName, { slope = 0.01 }: { readonly slope?: number } = {}): number =>
  name === 'leakyRelu' ? Math.sqrt(2 / (1 + slope * slope)) : gains[name]
