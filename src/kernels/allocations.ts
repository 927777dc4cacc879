/**
 * The tensors that one owner has to release: a doubly linked list through the tensors themselves, so that taking a
 * tensor in and giving it up are O(1), cost no memory, and `everything since a mark` is known without a global.
 */
import type { Kernels } from './kernels'
import { Tensor } from './tensor'

export class Allocations {
  private newest: Tensor | undefined = undefined

  constructor(readonly kernels: Kernels) {}

  /** Takes a tensor that has no owner. */
  adopt(tensor: Tensor): void {
    const { newest } = this
    Tensor.place(tensor, this, newest, undefined)
    if (newest !== undefined) Tensor.place(newest, this, Tensor.previousOf(newest), tensor)
    this.newest = tensor
  }

  /** Gives up a tensor of this list, which has no owner then. */
  disown(tensor: Tensor): void {
    const previous = Tensor.previousOf(tensor)
    const next = Tensor.nextOf(tensor)
    if (previous !== undefined) Tensor.place(previous, this, Tensor.previousOf(previous), next)
    if (next !== undefined) Tensor.place(next, this, previous, Tensor.nextOf(next))
    else this.newest = previous
    Tensor.place(tensor, undefined, undefined, undefined)
  }

  /** The newest tensor: hand it to `releaseUnclaimed` later. */
  mark(): Tensor | undefined {
    return this.newest
  }

  /**
   * Releases all that came after the mark and no cotangent claims. If the marked tensor is not here any more, what came
   * after it cannot be told from what was before: then nothing is released, and it stays until the list is.
   */
  releaseUnclaimed(mark: Tensor | undefined): void {
    if (mark !== undefined && mark.owner !== this) return
    let tensor = this.newest
    while (tensor !== undefined && tensor !== mark) {
      const previous = Tensor.previousOf(tensor)
      if (tensor.claims === 0) this.kernels.release(tensor)
      tensor = previous
    }
  }

  /** Releases all. */
  releaseAll(): void {
    while (this.newest !== undefined) this.kernels.release(this.newest)
  }

  /** The tensors, oldest first. */
  toArray(): ReadonlyArray<Tensor> {
    const tensors: Tensor[] = []
    for (let tensor = this.newest; tensor !== undefined; tensor = Tensor.previousOf(tensor)) tensors.push(tensor)
    return tensors.reverse()
  }
}

/** Makes `owner` the one that releases this tensor. */
export const moveTo = (owner: Allocations, tensor: Tensor): void => {
  tensor.owner?.disown(tensor)
  owner.adopt(tensor)
}
