/** What spec/golden/pytorch.py wrote: numbers of PyTorch in float64. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AdamSettings, HostTensor, Reduction, SgdSettings } from 'gradfold'
import { hostTensor } from './hostTensors'
import { kernelSets } from './kernelSets'

/** A tensor; JSON has no NaN and no infinity, so they are strings. */
interface Plain {
  readonly shape: ReadonlyArray<number>
  readonly values: ReadonlyArray<number | string>
  readonly dtype?: 'float32' | 'int32'
}

/** A function of several tensors at one point, and the gradients of sum(value * upstream). */
export interface GoldenCase {
  readonly name: string
  readonly inputs: ReadonlyArray<Plain>
  readonly upstream: Plain
  readonly value: Plain
  readonly gradients: ReadonlyArray<Plain>
}

/** Ten steps of one optimiser. */
export type GoldenRun = {
  readonly losses: ReadonlyArray<number>
  readonly parameters: ReadonlyArray<Plain>
} & (
  { readonly name: 'sgd'; readonly settings: SgdSettings } | { readonly name: 'adam'; readonly settings: AdamSettings }
)

export interface Golden {
  readonly torch: string
  readonly command: string
  readonly linear: ReadonlyArray<GoldenCase>
  readonly functions: ReadonlyArray<GoldenCase & { readonly function: string }>
  readonly crossEntropy: ReadonlyArray<GoldenCase & { readonly reduction: Reduction; readonly target: Plain }>
  readonly mse: ReadonlyArray<GoldenCase & { readonly reduction: Reduction }>
  readonly optimizers: {
    readonly x: Plain
    readonly y: Plain
    readonly parameters: ReadonlyArray<Plain>
    readonly runs: ReadonlyArray<GoldenRun>
  }
}

export const golden = JSON.parse(readFileSync(join(__dirname, '../golden/pytorch.json'), 'utf8')) as Golden

/** How far a kernel set may be from PyTorch. */
export interface Tolerance {
  /** Of the largest number of the tensor. */
  readonly relative: number
  /** What the dtype cannot tell from 0. */
  readonly absolute: number
}

const tolerances: Readonly<Record<string, Tolerance>> = { reference: { relative: 1e-10, absolute: 0 } }
const ofFloat32: Tolerance = { relative: 1e-5, absolute: 2 ** -126 }

/** Each kernel set with numbers, and its tolerance. */
export const goldenKernelSets = kernelSets.map((set) => ({ ...set, tolerance: tolerances[set.name] ?? ofFloat32 }))

export const asHost = ({ shape, values, dtype = 'float32' }: Plain): HostTensor =>
  hostTensor(shape, values.map(Number), dtype)

/** Expects the shape of PyTorch's tensor and its numbers; NaN and the infinite must be just that. */
export const expectGolden = (actual: HostTensor, expected: Plain, tolerance: Tolerance): void => {
  const numbers = expected.values.map(Number)
  expect(actual.shape).toEqual(expected.shape)
  const scale = Math.max(0, ...numbers.filter(Number.isFinite).map(Math.abs))
  const most = tolerance.relative * scale + tolerance.absolute
  const misses = numbers.flatMap((number, i) => {
    const value = actual.values[i]!
    const close = Object.is(value + 0, number + 0) || Math.abs(value - number) <= most
    return close ? [] : [{ position: i, value, expected: number }]
  })
  expect(misses).toEqual([])
}
