/** What spec/golden/pytorch.py wrote: PyTorch's numbers in float64, a case a line. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ActivationName, AdamSettings, Dtype, HostTensor, Reduction, SgdSettings, Shape } from 'gradfold'
import { hostTensor } from './hostTensors'

/** JSON has no NaN and no infinity, so they are strings. */
type GoldenNumbers = ReadonlyArray<number | string>

export interface GoldenTensor {
  readonly shape: Shape
  readonly values: GoldenNumbers
  /** float32 where it is left out. */
  readonly dtype?: Dtype
}

/** A sequential as its elements: activations, others like it, and linear layers as the positions of their inputs. */
export type GoldenElement = ActivationName | ReadonlyArray<number> | ReadonlyArray<GoldenElement>

/** What a function takes besides its tensors, under the names that it has for it. */
export interface GoldenOptions {
  readonly activation?: ActivationName
  readonly after?: ReadonlyArray<number>
  readonly axes?: ReadonlyArray<number>
  readonly axis?: number
  readonly before?: ReadonlyArray<number>
  readonly begin?: ReadonlyArray<number>
  readonly depth?: number
  readonly dtype?: Dtype
  readonly keepDims?: boolean
  readonly layers?: ReadonlyArray<GoldenElement>
  readonly permutation?: ReadonlyArray<number>
  readonly reduction?: Reduction
  readonly shape?: Shape
  readonly size?: number
  readonly sizes?: ReadonlyArray<number>
  readonly transposeX?: boolean
  readonly transposeY?: boolean
  readonly value?: number | string
  readonly x?: number
  readonly y?: number
}

interface Row {
  /** What it is a case of: the public name. */
  readonly of: string
  readonly name: string
}

/** The numbers of a derivative for each input; null for none, or nothing but zeros. */
export type GoldenDerivatives = ReadonlyArray<GoldenNumbers | null>

/** A function of several tensors at one point; spec/golden/witness.py says of what the derivatives are. */
export interface GoldenCase extends Row {
  readonly options?: GoldenOptions
  readonly inputs: ReadonlyArray<GoldenTensor>
  readonly value: GoldenTensor
  readonly gradients?: GoldenDerivatives
  readonly second?: GoldenDerivatives
}

/** Where an initialiser draws from, `[out, in]`. */
export type GoldenDraw = Row & { readonly shape: Shape } & (
    | { readonly low: number; readonly high: number }
    | { readonly mean: number; readonly std: number }
    | { readonly value: GoldenTensor }
  )

type Stepper =
  { readonly of: 'sgd'; readonly settings: SgdSettings } | { readonly of: 'adam'; readonly settings: AdamSettings }

/** Ten steps of an optimiser: the parameters before and after. */
type Steps = Row & Stepper & { readonly parameters: ReadonlyArray<GoldenTensor>; readonly trained: GoldenDerivatives }

/** With given gradients, `scale` times the weights. */
export type GoldenSteps = Steps & { readonly scale: number }

/** Of a small network: the loss before each step. */
export type GoldenTraining = Steps & {
  readonly x: GoldenTensor
  readonly y: GoldenTensor
  readonly losses: ReadonlyArray<number>
}

export type GoldenRow = GoldenCase | GoldenDraw | GoldenSteps | GoldenTraining

interface Header {
  readonly torch: string
  readonly command: string
  /** SHA-256 of all scripts in spec/golden, one after the other. */
  readonly sources: string
}

const [first, ...others] = readFileSync(join(__dirname, '../golden/pytorch.jsonl'), 'utf8').trim().split('\n')

export const goldenHeader = JSON.parse(first ?? '') as Header
export const goldenRows: ReadonlyArray<GoldenRow> = others.map((line) => JSON.parse(line) as GoldenRow)

export const asHost = ({ shape, values, dtype = 'float32' }: GoldenTensor): HostTensor =>
  hostTensor(shape, values.map(Number), dtype)

/**
 * Upstream gradients, exact in float32: witness.py has the same formula, so that no row has to repeat them.
 * i (i + 1) / 2 goes through all 64 odd multiples of 1/32 before one comes again.
 */
export const goldenWeights = (size: number, start: number): ReadonlyArray<number> =>
  Array.from({ length: size }, (_, i) => (((13 * i * (i + 1)) / 2 + 5 * start) % 64) / 16 - 31.5 / 16)
