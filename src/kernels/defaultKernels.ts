import type { Kernels } from './kernels'
import { wasmKernels } from './wasm/wasmKernels'

/**
 * Kernels that are ready without a setting: the embedded WebAssembly ones. Each call makes a set with a memory of its
 * own, so make one for a program and hand it on.
 * @example
 * import { defaultKernels } from 'gradfold'
 * console.log(defaultKernels().name) // => wasm
 */
export const defaultKernels = (): Kernels => wasmKernels()
