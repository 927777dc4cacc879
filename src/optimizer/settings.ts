/** Checks that the optimisers' settings are in their ranges. */
import { left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { invalidArgument, type TensorError } from '../error/tensorError'

export const refuse = (error: TensorError): Result<never> => left(error)

/** Each value is at least the lower bound (above it for a learning rate) and below the upper one. */
export const inInterval = (
  operation: string,
  values: Readonly<Record<string, number>>,
  bounds: Readonly<Record<string, readonly [number, number]>>
): Result<unknown> => {
  for (const [argument, value] of Object.entries(values)) {
    const [low, high] = bounds[argument] ?? [-Infinity, Infinity]
    const open = argument === 'learningRate'
    if (!(value < high) || !(open ? value > low : value >= low)) {
      const range = `${open ? 'above' : 'from'} ${low} and ${high === Infinity ? 'finite' : `below ${high}`}`
      const text = `${operation} needs ${argument} ${range}, not ${value}.`
      return refuse(invalidArgument(operation, argument, value, text))
    }
  }
  return right(undefined)
}
