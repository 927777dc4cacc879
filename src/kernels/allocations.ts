/**
 * The tensors that one owner has to release: a doubly linked list through the tensors themselves, so that taking a
 * tensor in and giving it up are O(1), cost no memory, and `everything since a mark` is known without a global.
 */
import type { Kernels } from './kernels'
import type { Tensor } from './tensor'

export class Allocations {
  private newest: Tensor | undefined = undefined

  constructor(readonly kernels: Kernels) {}

  /** Takes a tensor that has no owner. */
  adopt(tensor: Tensor): void {
    const { newest } = this
    tensor.owner = this
    tensor.previous = newest
    if (newest !== undefined) newest.next = tensor
    this.newest = tensor
  }

  /** Gives up a tensor of this list, which has no owner then. */
  disown(tensor: Tensor): void {
    const { previous, next } = tensor
    if (previous !== undefined) previous.next = next
    if (next !== undefined) next.previous = previous
    else this.newest = previous
    tensor.owner = undefined
    tensor.previous = undefined
    tensor.next = undefined
  }

  /** The newest tensor: hand it to `releaseUnclaimed` later. */
  mark(): Tensor | undefined {
    return this.newest
  }

  /** Releases all that came after the mark and no cotangent claims. The marked tensor itself must still be here. */
  releaseUnclaimed(mark: Tensor | undefined): void {
    let tensor = this.newest
    while (tensor !== undefined && tensor !== mark) {
      const { previous }: Tensor = tensor
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
    for (let tensor = this.newest; tensor !== undefined; tensor = tensor.previous) tensors.push(tensor)
    return tensors.reverse()
  }
}

/** Makes `owner` the one that releases this tensor. */
export const moveTo = (owner: Allocations, tensor: Tensor): void => {
  tensor.owner?.disown(tensor)
  owner.adopt(tensor)
}
