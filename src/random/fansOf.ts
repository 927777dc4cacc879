import type { Shape } from '../kernels/tensor'

/** Where the outputs of a weight are: `[out, in, ...kernel]` as in linear, or `[...kernel, in, out]` as in convolutions. */
export type WeightLayout = 'outFirst' | 'outLast'

/** How many numbers each output is made of, and how many outputs each input reaches. */
export interface Fans {
  readonly fanIn: number
  readonly fanOut: number
  /** `outFirst` by default: orthogonal weights are matrices of outputs by all the rest. */
  readonly layout?: WeightLayout
}

/**
 * The fans of a weight of any shape: inputs times kernel, and outputs times kernel. A vector is its length to both, as in
 * Keras, and a scalar 1. PyTorch's _calculate_fan_in_and_fan_out, for outFirst and two axes or more.
 */
export const fansOf = (shape: Shape, layout: WeightLayout = 'outFirst'): Fans => {
  if (shape.length < 2) return { fanIn: shape[0] ?? 1, fanOut: shape[0] ?? 1, layout }
  const [out, into, kernel] =
    layout === 'outFirst'
      ? [shape[0] ?? 1, shape[1] ?? 1, shape.slice(2)]
      : [shape.at(-1) ?? 1, shape.at(-2) ?? 1, shape.slice(0, -2)]
  const field = kernel.reduce((product, length) => product * length, 1)
  return { fanIn: into * field, fanOut: out * field, layout }
}
