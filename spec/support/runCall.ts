import type { Kernels } from '../../src/kernels/kernels'
import type { HostTensor, Tensor, TensorType, Values } from '../../src/kernels/tensor'
import { uploaded } from './hostTensors'
import type { Call } from './operationCase'

export interface Outcome extends TensorType {
  /** Undefined where the kernels have no numbers. */
  readonly values: Values | undefined
  /** The inputs hold what was put in. */
  readonly inputsKept: boolean
  /** The result is owned by the allocation list of the kernels that made it. */
  readonly owned: boolean
  /** Live tensors that the operation made. */
  readonly made: number
  /** Live tensors once all is released, less those before. */
  readonly left: number
}

/** Uploads the inputs (each once, changed by `prepare`), runs, reads, and releases all. */
export const runCall = (
  kernels: Kernels,
  call: Call,
  prepare: (input: HostTensor) => HostTensor = (input) => input
): Outcome => {
  const own = kernels.withOwnAllocations()
  const hasNumbers = own.precision !== 'none'
  const before = own.memory().tensors
  const loaded = new Map<HostTensor, Tensor>()
  const load = (host: HostTensor): Tensor => {
    const tensor = loaded.get(host) ?? uploaded(own, prepare(host))
    loaded.set(host, tensor)
    return tensor
  }
  try {
    call.inputs.forEach(load)
    const result = call.run(own, load)
    const outcome = {
      shape: result.shape,
      dtype: result.dtype,
      values: hasNumbers ? own.read(result) : undefined,
      inputsKept: !hasNumbers || [...loaded].every(([host, x]) => sameNumbers(own.read(x), prepare(host).values)),
      owned: result.owner === own.allocations,
      made: own.memory().tensors - before - loaded.size
    }
    own.allocations.releaseAll()
    return { ...outcome, left: own.memory().tensors - before }
  } finally {
    own.allocations.releaseAll()
  }
}

const sameNumbers = (a: Values, b: Values): boolean =>
  a.length === b.length && a.every((number, i) => number === b[i] || (Number.isNaN(number) && Number.isNaN(b[i])))
