/** What is in tensors and gradient maps, as plain numbers. */
import { isNone } from 'fp-ts/Option'
import { gradientOf, type Gradients, type HostTensor, read, type Readable, type Variable } from 'gradfold'
import { rightOf } from './results'

export const numbersOf = (x: Readable): ReadonlyArray<number> => Array.from(rightOf(read(x)).values)

/** The gradient of a variable that must have one. */
export const gradientFor = (gradients: Gradients, variable: Variable): HostTensor => {
  const found = gradientOf(gradients, variable)
  if (isNone(found)) throw new Error(`no gradient for ${variable.path}`)
  return rightOf(read(found.value))
}
