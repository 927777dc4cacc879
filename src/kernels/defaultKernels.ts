import { getOrElse, match } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type { Kernels } from './kernels'
import { referenceKernels } from './reference/referenceKernels'
import { startTensorflow } from './tensorflow/startTensorflow'
import { kernelsOf, tensorflowKernels } from './tensorflow/tensorflowKernels'
import { unavailableKernels } from './unavailable/unavailableKernels'
import { wasmKernels, wasmKernelsInstead } from './wasm/wasmKernels'

/**
 * The fastest kernels that are ready: TensorFlow's where `gradfold setup-tensorflow` has been run and a computation comes
 * out right, else the embedded WebAssembly ones; `device` says which, and why not the others. The environment variable
 * GRADFOLD_KERNELS (`tensorflow`, `wasm` or `reference`) takes the choice; if those cannot be had, the first operation is a
 * Left with a KernelError. Each call makes a set with a memory of its own, so make one for a program and hand it on.
 * @example
 * import { defaultKernels } from 'gradfold'
 * console.log(['tensorflow', 'wasm'].includes(defaultKernels().name)) // => true
 */
export const defaultKernels = (): Kernels => {
  const wanted = process.env['GRADFOLD_KERNELS'] ?? ''
  switch (wanted) {
    case '':
      return pipe(
        startTensorflow(undefined),
        match((reason) => wasmKernelsInstead(`no TensorFlow: ${reason}`), kernelsOf)
      )
    case 'tensorflow':
      return pipe(
        tensorflowKernels(),
        getOrElse(({ message }) => unavailableKernels(wanted, `GRADFOLD_KERNELS is tensorflow. ${message}`))
      )
    case 'wasm':
      return wasmKernels()
    case 'reference':
      return referenceKernels()
    default:
      return unavailableKernels(
        wanted,
        `GRADFOLD_KERNELS is ${JSON.stringify(wanted)}, but the kernels are called tensorflow, wasm and reference: set it to one of them, or not at all.`
      )
  }
}
