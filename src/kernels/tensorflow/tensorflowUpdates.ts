/** Updates that TensorFlow makes in one call, on variables that exist for the length of the call. */
import type { AdamMeans, AdamResult, AdamStep } from '../kernels'
import type { Tensor } from '../tensor'
import { held } from './attributes'
import { TensorflowMemory } from './tensorflowMemory'
import { own } from './tensorflowTensor'

/** Bytes that the variables may go on holding after an update. */
const SMALL = 2 ** 20

export abstract class TensorflowUpdates extends TensorflowMemory {
  /**
   * A variable shares the numbers of the tensor that it is assigned, and takes its own copy before it changes them: TensorFlow
   * counts who uses them. So what was handed in stays as it is, and what is released in time is not copied.
   */
  adam(
    parameter: Tensor,
    gradient: Tensor,
    means: AdamMeans | undefined,
    by: AdamStep,
    spent: (input: Tensor) => void
  ): AdamResult {
    const { session } = this
    const { shape } = parameter
    const [mean, square] = means ?? [this.fill(shape, 0, 'float32'), this.fill(shape, 0, 'float32')]
    const variables = session.variables(3)
    const assign = (place: number, input: number): void =>
      session.perform('AssignVariableOp', [variables[place]!, input])
    const nothing = session.float(0)
    const { bytes } = own(parameter)
    // The decays are those of float32, and so must be their powers: 1 - 0.999 is off by 1e-5 otherwise. The kernel would raise
    // them itself, in float32; with powers of 0 it corrects nothing, and the correction is in the two other numbers.
    const [beta1, beta2] = [Math.fround(by.beta1), Math.fround(by.beta2)]
    const root = Math.sqrt(1 - beta2 ** by.step)
    const rate = (by.learningRate * root) / (1 - beta1 ** by.step)
    const numbers = [rate, beta1, beta2, by.eps * root].map((value) => session.float(value))
    try {
      for (const [place, tensor] of [parameter, mean, square].entries()) assign(place, own(tensor).id)
      for (const tensor of [parameter, ...(means ?? [])]) spent(tensor)
      session.perform('ResourceApplyAdam', [...variables, nothing, nothing, ...numbers, own(gradient).id])
      const [next, ...nextMeans] = variables.map((variable) =>
        this.made(shape, 'float32', session.execute('ReadVariableOp', [variable], held))
      )
      return [next!, nextMeans[0]!, nextMeans[1]!]
    } finally {
      if (bytes > SMALL) for (const place of variables.keys()) assign(place, nothing)
      if (means === undefined) for (const tensor of [mean, square]) this.release(tensor)
    }
  }
}
