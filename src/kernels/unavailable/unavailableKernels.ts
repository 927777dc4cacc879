/** Kernels that cannot be had: what a program begins with (an upload, a fill) fails and says why. */
import { KernelFailure, type Kernels } from '../kernels'
import { ShapesKernels } from '../shapes/shapesKernels'
import type { Tensor } from '../tensor'

/** In the place of the kernels of this name, when a wish for them cannot be met and must not go unheard. */
export const unavailableKernels = (name: string, why: string): Kernels => new UnavailableKernels(name, why)

class UnavailableKernels extends ShapesKernels {
  override readonly device: string

  constructor(
    override readonly name: string,
    private readonly why: string
  ) {
    super({ tensors: 0, bytes: 0 })
    this.device = `none: ${why}`
  }

  override withOwnAllocations(): Kernels {
    return new UnavailableKernels(this.name, this.why)
  }

  override upload(): Tensor {
    throw new KernelFailure('unavailable', this.why)
  }

  override fill(): Tensor {
    throw new KernelFailure('unavailable', this.why)
  }
}
