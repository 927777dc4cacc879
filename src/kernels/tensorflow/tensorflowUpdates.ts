/** Updates that TensorFlow makes in one call, on variables that exist for the length of the call. */
import type { AdamMeans, AdamResult, AdamStep, RmspropResult, RmspropStep } from '../kernels'
import type { Tensor } from '../tensor'
import { held } from './attributes'
import { TensorflowMemory } from './tensorflowMemory'
import { own } from './tensorflowTensor'

/** Bytes that the variables may go on holding after an update. */
const SMALL = 2 ** 20

export abstract class TensorflowUpdates extends TensorflowMemory {
  adam(
    parameter: Tensor,
    gradient: Tensor,
    means: AdamMeans | undefined,
    by: AdamStep,
    spent: (input: Tensor) => void
  ): AdamResult {
    const [mean, square] = means ?? [this.zeros(parameter), this.zeros(parameter)]
    // The decays are those of float32, and so must be their powers: 1 - 0.999 is off by 1e-5 otherwise. The kernel would raise
    // them itself, in float32; with powers of 0 it corrects nothing, and the correction is in the two other numbers.
    const [beta1, beta2] = [Math.fround(by.beta1), Math.fround(by.beta2)]
    const root = Math.sqrt(1 - beta2 ** by.step)
    const rate = (by.learningRate * root) / (1 - beta1 ** by.step)
    const numbers = [rate, beta1, beta2, by.eps * root]
    const unused = means === undefined ? [mean, square] : []
    const results = this.applyAdam([parameter, mean, square], gradient, numbers, unused, [0, 1, 2], spent)
    return [results[0]!, results[1]!, results[2]!]
  }

  /** Adam that begins with the gradient as its mean and has a decay of 0 for it, so that it stays the gradient. */
  rmsprop(
    parameter: Tensor,
    gradient: Tensor,
    square: Tensor | undefined,
    by: RmspropStep,
    spent: (input: Tensor) => void
  ): RmspropResult {
    const before = square ?? this.zeros(parameter)
    const numbers = [by.learningRate, 0, Math.fround(by.alpha), by.eps]
    const unused = square === undefined ? [before] : []
    const results = this.applyAdam([parameter, gradient, before], gradient, numbers, unused, [0, 2], spent)
    return [results[0]!, results[1]!]
  }

  private zeros({ shape }: Tensor): Tensor {
    return this.fill(shape, 0, 'float32')
  }

  /**
   * Moves parameter, mean and square by rate, two decays and eps; gives those of the three that are `wanted`. A variable shares
   * the numbers of the tensor that it is assigned, and takes its own copy before it changes them: TensorFlow counts who uses
   * them. So what was handed in stays as it is, and what is released in time is not copied.
   */
  private applyAdam(
    inputs: readonly [Tensor, Tensor, Tensor],
    gradient: Tensor,
    numbers: ReadonlyArray<number>,
    unused: ReadonlyArray<Tensor>,
    wanted: ReadonlyArray<number>,
    spent: (input: Tensor) => void
  ): ReadonlyArray<Tensor> {
    const { session } = this
    const [parameter] = inputs
    const { shape } = parameter
    const { bytes } = own(parameter)
    const slope = own(gradient).id
    const variables = session.variables(3)
    const assign = (place: number, input: number): void =>
      session.perform('AssignVariableOp', [variables[place]!, input])
    const nothing = session.float(0)
    const scalars = numbers.map((value) => session.float(value))
    try {
      for (const [place, tensor] of inputs.entries()) assign(place, own(tensor).id)
      for (const place of wanted) if (!unused.includes(inputs[place]!)) spent(inputs[place]!)
      session.perform('ResourceApplyAdam', [...variables, nothing, nothing, ...scalars, slope])
      return wanted.map((place) =>
        this.made(shape, 'float32', session.execute('ReadVariableOp', [variables[place]!], held))
      )
    } finally {
      if (bytes > SMALL) for (const place of variables.keys()) assign(place, nothing)
      for (const tensor of unused) this.release(tensor)
    }
  }
}
