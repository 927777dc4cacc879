/** What this machine lacks, found out by looking: the gate says so at its end, so that no silence passes for a pass. */
import { existsSync } from 'node:fs'

const nativePackages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node']
/** What NVIDIA's driver puts there on Linux, and under Windows' Linux. */
const devices = ['/proc/driver/nvidia/version', '/dev/nvidiactl', '/dev/dxg']

const isInstalled = (name: string): boolean => {
  try {
    require.resolve(name)
    return true
  } catch {
    return false
  }
}

/** One line for each thing that no spec could use here. */
export const notRunHere = (): ReadonlyArray<string> => {
  const native = nativePackages.filter(isInstalled)
  return [
    native.length === 0
      ? `native TensorFlow: ${nativePackages.join(' and ')} are not installed`
      : `native TensorFlow: ${native.join(' and ')} found, but gradfold has no kernels for it yet`,
    devices.some((device) => existsSync(device))
      ? 'GPU: there is one, but gradfold has no kernels for it yet'
      : 'GPU: no NVIDIA driver found'
  ]
}
