/** What `gradfold doctor` finds out: which kernels there are, on which device, and why not the others. */
import { availableParallelism, release } from 'node:os'
import { join } from 'node:path'
import { isLeft } from 'fp-ts/Either'
import { defaultKernels } from '../kernels/defaultKernels'
import type { Kernels } from '../kernels/kernels'
import { referenceKernels } from '../kernels/reference/referenceKernels'
import { environmentNames } from '../kernels/tensorflow/environment'
import { gpuName, hasGpu } from '../kernels/tensorflow/gpu'
import { ADDON, findPackage, PACKAGE, readSetup } from '../kernels/tensorflow/installation'
import { wasmKernels } from '../kernels/wasm/wasmKernels'
import { gpuReason, isFatal, probe } from './probe'

export interface Finding {
  readonly topic: string
  readonly text: string
}

export interface Examination {
  readonly findings: ReadonlyArray<Finding>
  /** False where GRADFOLD_KERNELS asks for what cannot be had. */
  readonly usable: boolean
}

/** Asks TensorFlow in a process of its own first: a broken library may end it. */
export const examine = async (version: string): Promise<Examination> => {
  const tensorflow = await examineTensorflow()
  const kernels = tensorflow.crashes ? undefined : defaultKernels()
  const usable = kernels !== undefined && computes(kernels)
  return {
    usable,
    findings: [
      {
        topic: 'gradfold',
        text: `${version}, Node ${process.version}, ${process.platform} ${process.arch} (${release()}), ${availableParallelism()} cores`
      },
      {
        topic: 'kernels',
        text: kernels === undefined ? 'none: TensorFlow ends the process' : `${kernels.name}: ${kernels.device}`
      },
      ...tensorflow.findings,
      { topic: 'wasm', text: readiness(wasmKernels()) },
      { topic: 'reference', text: readiness(referenceKernels()) },
      { topic: 'variables', text: variables() }
    ]
  }
}

interface TensorflowExamination {
  readonly findings: ReadonlyArray<Finding>
  /** Set up as it should be, and yet it does not survive its start: it must not be started in this process. */
  readonly crashes: boolean
}

const examineTensorflow = async (): Promise<TensorflowExamination> => {
  const folder = findPackage()
  const none = (text: string): TensorflowExamination => ({
    crashes: false,
    findings: [
      { topic: 'tensorflow', text: `not there: ${text}. \`gradfold setup-tensorflow\` sets it up` },
      { topic: 'GPU', text: hasGpu() ? `${gpuName()}: not used without TensorFlow` : NO_DRIVER }
    ]
  })
  if (folder === undefined) return none(`${PACKAGE} is not installed`)
  const setup = readSetup(folder)
  if (isLeft(setup)) return none(setup.left)
  const found = await probe(join(folder, ADDON))
  const { build, source } = setup.right
  if (isLeft(found)) {
    const text =
      `set up from ${source}, but it does not work: ${found.left}. \`gradfold setup-tensorflow\` sets it up anew, and with ` +
      '--undo removes it'
    return { crashes: isFatal(found.left), findings: [{ topic: 'tensorflow', text }] }
  }
  const { version, gpu, log } = found.right
  const reason = gpuReason(log) ?? 'TensorFlow does not say why'
  const driver = hasGpu() ? `${gpuName()} is there, but not used: ${reason}` : NO_DRIVER
  const idle = build === 'cuda' && !hasGpu() ? `${NO_DRIVER}; TensorFlow says: ${reason}` : driver
  const cpuBuild = build === 'cpu' && hasGpu() ? '; this build is for the CPU: `gradfold setup-tensorflow --cuda`' : ''
  return {
    crashes: false,
    findings: [
      {
        topic: 'tensorflow',
        text: `ready: TensorFlow ${version} (${build}, ${source}), computes on the ${gpu ? 'GPU' : 'CPU'}`
      },
      { topic: 'GPU', text: gpu ? `${gpuName()}, used by TensorFlow` : `${idle}${cpuBuild}` }
    ]
  }
}

const NO_DRIVER = 'no NVIDIA driver found'

const readiness = (kernels: Kernels): string => `${computes(kernels) ? 'ready' : 'does not compute'}: ${kernels.device}`

/** 1 + 1. */
const computes = (kernels: Kernels): boolean => {
  const own = kernels.withOwnAllocations()
  try {
    const one = own.fill([2, 2], 1, 'float32')
    return own.read(own.add(one, one)).every((value) => value === 2)
  } catch {
    return false
  } finally {
    own.allocations.releaseAll()
  }
}

const variables = (): string =>
  ['GRADFOLD_KERNELS', ...environmentNames]
    .map((name) => {
      const value = process.env[name]
      return value === undefined ? `${name} not set` : `${name}=${value}`
    })
    .join(', ')
