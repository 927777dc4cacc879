import type { HostTensor } from '../../kernels/tensor'

/**
 * A tensor as TypeScript that `constant` and `parameter` take, with all of its digits.
 * @example
 * import { tensorText } from 'gradfold/testing'
 * console.log(tensorText({ shape: [2], dtype: 'float32', values: Float64Array.of(1, -0.5) }))
 * // => { shape: [2], values: [1, -0.5] }
 */
export const tensorText = ({ shape, dtype, values }: HostTensor): string => {
  const type = dtype === 'float32' ? '' : `, dtype: '${dtype}'`
  return `{ shape: [${shape.join(', ')}]${type}, values: [${Array.from(values, numberText).join(', ')}] }`
}

/** A number as TypeScript. */
export const numberText = (x: number): string => (Object.is(x, -0) ? '-0' : String(x))
