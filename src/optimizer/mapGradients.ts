/** What makes new gradient maps out of old ones. */
import { isLeft, left, right } from 'fp-ts/Either'
import { asKernelError, type Result } from '../error/result'
import { atPath, released } from '../error/tensorError'
import type { Gradients } from '../gradient/backward'
import { moveTo } from '../kernels/allocations'
import type { Kernels } from '../kernels/kernels'
import { isReleased, type Tensor } from '../kernels/tensor'
import { contextOf, type Tape } from '../tape/tape'
import { inputCount, type Variable } from '../tape/variable'

/**
 * The gradients that `body` makes, with kernels whose tensors are released at the end but for these. `checked` and the maps
 * are looked at first.
 */
export const mapGradients = <A extends { readonly gradients: Gradients }>(
  operation: string,
  tape: Tape,
  checked: Result<unknown>,
  given: ReadonlyArray<Gradients>,
  body: (own: Kernels) => A
): Result<A> => {
  const { kernels, path } = contextOf(tape)
  if (isLeft(checked)) return left(atPath(path)(checked.left))
  for (const gradients of given) {
    for (const [variable, gradient] of gradients) {
      if (!isReleased(gradient)) continue
      const text = `The gradient of ${nameOf(variable)} was released: return the gradients from the scope that made them.`
      return left(atPath(path)(released(operation, [gradient.shape], text)))
    }
  }
  const own = kernels.withOwnAllocations()
  try {
    const made = body(own)
    for (const gradient of made.gradients.values()) moveTo(kernels.allocations, gradient)
    return right(made)
  } catch (thrown) {
    return left(atPath(path)(asKernelError(operation, kernels, thrown)))
  } finally {
    own.allocations.releaseAll()
  }
}

const nameOf = ({ path }: Variable): string => (path === '' ? 'a variable' : path)

/** Each gradient changed; those of variables that `backward` kept besides the parameters are only copied. */
export const changedGradients = (
  own: Kernels,
  gradients: Gradients,
  change: (gradient: Tensor) => Tensor
): Gradients => {
  const next = new Map<Variable, Tensor>()
  for (const [variable, gradient] of gradients) {
    next.set(variable, isParameter(variable) ? change(gradient) : copied(own, gradient))
  }
  return next
}

/** A tensor of its own over the same numbers. */
export const copied = (own: Kernels, tensor: Tensor): Tensor => own.reshape(tensor, tensor.shape)

export const isParameter = (variable: Variable): boolean => variable.needsGradient && inputCount(variable) === 0
