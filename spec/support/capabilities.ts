/** What this machine lacks, found out by looking: the gate says so at its end, so that no silence passes for a pass. */
import { isLeft } from 'fp-ts/Either'
import { tensorflowKernels } from 'gradfold'
import { hasGpu } from '../../src/kernels/tensorflow/gpu'

/** One line for each thing that no spec could use here. */
export const notRunHere = (): ReadonlyArray<string> => {
  const native = tensorflowKernels()
  const others = [22, 24, 26].filter((major) => !process.version.startsWith(`v${major}.`)).join(', ')
  const nodes = `Node ${others}: npm run test:nodes runs the smoke part of the specs on each`
  if (isLeft(native)) {
    return [`TensorFlow's kernels: ${native.left.message}`, "a GPU: it would be used by TensorFlow's kernels", nodes]
  }
  if (!native.right.device.startsWith('CPU')) return [nodes]
  const gpu = hasGpu() ? 'TensorFlow does not use the one that is there (npm run doctor)' : 'no NVIDIA driver found'
  return [`a GPU: ${gpu}`, nodes]
}
