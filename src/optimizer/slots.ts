/** What the running tensors of an optimiser are, for files: names and numbers that do not depend on who computed them. */
import type { Kernels } from '../kernels/kernels'
import { optimizerAt } from './groups'
import type { Optimizer } from './optimizer'
import { planOf } from './planOf'
import type { Slot } from './rule'

/**
 * The running tensors that the optimiser keeps on these kernels for the parameter at `path`, in the order of
 * `OptimizerState.slots[path]`: PyTorch's name, and the factor that turns what is kept into PyTorch's number. What another
 * kernel set kept goes on here after it was multiplied by the factor there and divided by the factor here; where both are
 * equal it goes on as it is, to the bit.
 */
export const slotsOf = (optimizer: Optimizer, kernels: Kernels, path: string): ReadonlyArray<Slot> =>
  planOf(optimizerAt(optimizer, path)).slots(kernels)
