/** This machine and this process. */
import { statfs } from 'node:fs/promises'
import { hasGpu } from '../../kernels/tensorflow/gpu'
import { findPackage } from '../../kernels/tensorflow/installation'
import { probe } from '../probe'
import { reportTo } from './report'
import { nvidiaWheels } from './nvidiaWheels'
import { cpuWheel, cudaWheel } from './wheels'
import type { Machine, World } from './world'

/** At its first start on a GPU that TensorFlow has no code ready for, NVIDIA's driver compiles for minutes. */
const CUDA_LIMIT_MILLISECONDS = 600_000

/** From now on a signal asks setup to end instead of ending it. */
export const realWorld = (): World => {
  const stop = stopOnSignals()
  // Who stops listening, as `| head` does, does not stop the work.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  return {
    environment: process.env,
    stop,
    report: reportTo(process.stdout, process.stderr),
    machine: thisMachine(),
    freeBytes: async (folder) => {
      const { bavail, bsize } = await statfs(folder)
      return bavail * bsize
    },
    findFolder: findPackage,
    home: process.cwd(),
    probe: (addon, build) => probe(addon, build === 'cpu' ? { stop } : { stop, limit: CUDA_LIMIT_MILLISECONDS }),
    wheels: { cpu: cpuWheel, cuda: cudaWheel, nvidia: nvidiaWheels }
  }
}

const stopOnSignals = (): AbortSignal => {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => controller.abort(signal))
  return controller.signal
}

const thisMachine = (): Machine => ({
  system: process.platform,
  processor: process.arch,
  glibc: glibcVersion(),
  gpu: hasGpu()
})

const glibcVersion = (): string | undefined => {
  const report: unknown = process.report.getReport()
  if (typeof report !== 'object' || report === null || !('header' in report)) return undefined
  const { header } = report
  return typeof header === 'object' && header !== null && 'glibcVersionRuntime' in header
    ? String(header.glibcVersionRuntime)
    : undefined
}
