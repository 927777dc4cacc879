import { isRight } from 'fp-ts/Either'
import type { Kernels } from '../../src/kernels/kernels'
import { referenceKernels } from '../../src/kernels/reference/referenceKernels'
import { tensorflowKernels } from '../../src/kernels/tensorflow/tensorflowKernels'
import { wasmKernels } from '../../src/kernels/wasm/wasmKernels'
import { rightOf } from './results'

export interface KernelSet {
  readonly name: string
  readonly create: () => Kernels
}

const tensorflow: ReadonlyArray<KernelSet> = isRight(tensorflowKernels())
  ? [{ name: 'tensorflow', create: () => rightOf(tensorflowKernels()) }]
  : []

/**
 * Every kernel set with numbers: operations.spec.ts holds each against the reference, and the reference against itself.
 * TensorFlow's are there where it is set up; the gate says when they are not.
 */
export const kernelSets: ReadonlyArray<KernelSet> = [
  { name: 'reference', create: referenceKernels },
  { name: 'wasm', create: wasmKernels },
  ...tensorflow
]

/** Those that round to float32. */
export const float32Sets = kernelSets.filter(({ name }) => name !== 'reference')

/** For `describe.each` with one set for all of its specs. */
export const namedKernels = (): ReadonlyArray<readonly [name: string, kernels: Kernels]> =>
  kernelSets.map(({ name, create }) => [name, create()])
