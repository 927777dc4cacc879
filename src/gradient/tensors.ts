import type { Kernels } from '../kernels/kernels'
import { isReleased, type Tensor } from '../kernels/tensor'
import { releasedError } from '../tape/record'
import { tensorOf, type Variable } from '../tape/variable'
import { type Interpreter, Stop } from './fold'

/** Folding with tensors: counts who holds a cotangent and releases it with the last. */
export class Tensors implements Interpreter<Tensor> {
  readonly operations: Kernels
  private mark: Tensor | undefined = undefined
  /** Whose derivative it is at. */
  entry: Variable | undefined = undefined

  constructor(private readonly kernels: Kernels) {
    this.operations = kernels
  }

  valueOf(variable: Variable): Tensor {
    const tensor = tensorOf(variable)
    if (isReleased(tensor)) throw new Stop(releasedError('backward', [tensor]))
    return tensor
  }
  begin(entry: Variable): void {
    this.entry = entry
    this.mark = this.kernels.allocations.mark()
  }
  claim(x: Tensor): void {
    x.claims++
  }
  drop(x: Tensor): void {
    if (--x.claims === 0) this.kernels.release(x)
  }
  end(): void {
    this.kernels.allocations.releaseUnclaimed(this.mark)
  }
}
