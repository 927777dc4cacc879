import type { Kernels } from '../../src/kernels/kernels'
import { referenceKernels } from '../../src/kernels/reference/referenceKernels'
import { wasmKernels } from '../../src/kernels/wasm/wasmKernels'

export interface KernelSet {
  readonly name: string
  readonly create: () => Kernels
}

/** Every kernel set with numbers: operations.spec.ts holds each against the reference, and the reference against itself. */
export const kernelSets: ReadonlyArray<KernelSet> = [
  { name: 'reference', create: referenceKernels },
  { name: 'wasm', create: wasmKernels }
]
