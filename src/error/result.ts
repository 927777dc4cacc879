/** Every fallible function's answer. */
import { type Either, left } from 'fp-ts/Either'
import { KernelFailure, type Kernels } from '../kernels/kernels'
import { kernelError, type TensorError } from './tensorError'

/** What every fallible function gives: a value, or a TensorError that says what to do. */
export type Result<A> = Either<TensorError, A>

/**
 * Calls kernels: a KernelFailure becomes a Left. Anything else that is thrown is a defect and passes.
 */
export const attempt = <A>(operation: string, kernels: Kernels, body: () => Result<A>): Result<A> => {
  try {
    return body()
  } catch (thrown) {
    return left(asKernelError(operation, kernels, thrown))
  }
}

/** What `attempt` does with something thrown. */
export const asKernelError = (operation: string, kernels: Kernels, thrown: unknown): TensorError => {
  const failure = thrown instanceof KernelFailure ? thrown : kernels.failure?.(thrown)
  if (failure === undefined) throw thrown
  return kernelError(operation, kernels.name, failure.reason, failure.message)
}
