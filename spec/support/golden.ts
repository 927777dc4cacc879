/** What spec/golden/pytorch.py wrote: PyTorch's numbers in float64, a case a line. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type {
  ActivationName,
  AdagradSettings,
  AdamSettings,
  AdamWSettings,
  CosineDecay,
  CosineRestarts,
  Dtype,
  ExponentialDecay,
  GainName,
  Gate,
  HostTensor,
  Join,
  OneCycle,
  PlateauSettings,
  Reduction,
  RmspropSettings,
  SgdSettings,
  Shape,
  ShapedValues,
  StepDecay,
  WarmUp
} from 'gradfold'
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
  readonly affine?: boolean
  readonly after?: ReadonlyArray<number>
  readonly alpha?: number
  readonly axes?: ReadonlyArray<number>
  readonly axis?: number
  readonly before?: ReadonlyArray<number>
  readonly begin?: ReadonlyArray<number>
  readonly beta?: number
  readonly channels?: number
  readonly delta?: number
  readonly depth?: number
  readonly dtype?: Dtype
  readonly eps?: number
  readonly from?: number
  readonly gain?: GainName
  readonly gainFactor?: number
  readonly gate?: Gate
  readonly groups?: number
  readonly ignoreIndex?: number
  readonly join?: Join
  readonly keepDims?: boolean
  readonly klReduction?: 'batchMean'
  readonly labelSmoothing?: number
  readonly layers?: ReadonlyArray<GoldenElement>
  readonly p?: number
  readonly paddingIndex?: number
  readonly logTarget?: boolean
  readonly margin?: number
  readonly momentum?: number
  readonly permutation?: ReadonlyArray<number>
  readonly positiveWeight?: ShapedValues
  readonly reduction?: Reduction
  readonly runningMean?: ReadonlyArray<number>
  readonly runningVariance?: ReadonlyArray<number>
  readonly shape?: Shape
  readonly size?: number
  readonly sizes?: ReadonlyArray<number>
  readonly slope?: number
  readonly statistics?: boolean
  readonly to?: number
  readonly training?: boolean
  readonly transposeX?: boolean
  readonly transposeY?: boolean
  readonly value?: number | string
  readonly weights?: ShapedValues
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

/** What an initialiser is made with, and of which other one. */
export interface GoldenDrawSettings {
  readonly base?: string
  readonly settings?: Readonly<Record<string, number>>
}

/** Where an initialiser draws from, `[out, in]`. */
export type GoldenDraw = Row &
  GoldenDrawSettings & { readonly shape: Shape } & (
    | { readonly low: number; readonly high: number }
    | { readonly mean: number; readonly std: number }
    | { readonly value: GoldenTensor }
  )

/** One optimiser for all parameters that it is handed. */
export type GoldenStepper =
  | { readonly of: 'sgd'; readonly settings: SgdSettings }
  | { readonly of: 'adagrad'; readonly settings: AdagradSettings }
  | { readonly of: 'rmsprop'; readonly settings: RmspropSettings }
  | { readonly of: 'adam'; readonly settings: AdamSettings }
  | { readonly of: 'adamw'; readonly settings: AdamWSettings }

/** Several of them. */
export interface GoldenGroups {
  readonly of: 'groups'
  readonly settings: {
    readonly groups: ReadonlyArray<GoldenStepper & { readonly path: string }>
    readonly otherwise: GoldenStepper
  }
}

/** Ten steps of an optimiser: the parameters before and after. */
type Steps = Row &
  (GoldenStepper | GoldenGroups) & {
    readonly parameters: ReadonlyArray<GoldenTensor>
    readonly trained: GoldenDerivatives
  }

/** With given gradients, `scale` times the weights. */
export type GoldenSteps = Steps & { readonly scale: number }

/** Of a small network: the loss before each step. */
export type GoldenTraining = Steps & {
  readonly x: GoldenTensor
  readonly y: GoldenTensor
  readonly losses: ReadonlyArray<number>
}

type Schedules =
  | { readonly of: 'stepDecay'; readonly settings: StepDecay }
  | { readonly of: 'exponentialDecay'; readonly settings: ExponentialDecay }
  | { readonly of: 'cosineDecay'; readonly settings: CosineDecay }
  | { readonly of: 'cosineRestarts'; readonly settings: CosineRestarts }
  | { readonly of: 'oneCycle'; readonly settings: OneCycle }
  | { readonly of: 'warmUp'; readonly settings: WarmUp }

/** The learning rates of the first updates. */
export type GoldenRates = Row & Schedules & { readonly rates: ReadonlyArray<number> }

/** The scale of the learning rate after each measured value. */
export interface GoldenPlateau extends Row {
  readonly of: 'onPlateau'
  readonly settings: PlateauSettings
  readonly measured: GoldenNumbers
  readonly scales: ReadonlyArray<number>
}

/** Gradients before and after, and their norm before where it matters. */
export interface GoldenClipped extends Row {
  readonly of: 'clipByValue' | 'clipByGlobalNorm'
  readonly limit: number | string
  readonly given: ReadonlyArray<GoldenTensor>
  readonly norm: number | string | null
  readonly clipped: ReadonlyArray<GoldenNumbers>
}

/** A model as it is after each step, and the average of all. */
export interface GoldenAverages extends Row {
  readonly of: 'movingAverage'
  readonly decay: number
  readonly models: ReadonlyArray<ReadonlyArray<GoldenTensor>>
  readonly averaged: ReadonlyArray<GoldenNumbers>
}

export type GoldenOptimizing = GoldenRates | GoldenPlateau | GoldenClipped | GoldenAverages

export type GoldenRow = GoldenCase | GoldenDraw | GoldenSteps | GoldenTraining | GoldenOptimizing

export interface GoldenHeader {
  readonly torch: string
  readonly command: string
  /** SHA-256 of all scripts in spec/golden, one after the other. */
  readonly sources: string
}

const [first, ...others] = readFileSync(join(__dirname, '../golden/pytorch.jsonl'), 'utf8').trim().split('\n')

export const goldenHeader = JSON.parse(first ?? '') as GoldenHeader
export const goldenRows: ReadonlyArray<GoldenRow> = others.map((line) => JSON.parse(line) as GoldenRow)

export const asHost = ({ shape, values, dtype = 'float32' }: GoldenTensor): HostTensor =>
  hostTensor(shape, values.map(Number), dtype)

/**
 * Upstream gradients, exact in float32: witness.py has the same formula, so that no row has to repeat them.
 * i (i + 1) / 2 goes through all 64 odd multiples of 1/32 before one comes again.
 */
export const goldenWeights = (size: number, start: number): ReadonlyArray<number> =>
  Array.from({ length: size }, (_, i) => (((13 * i * (i + 1)) / 2 + 5 * start) % 64) / 16 - 31.5 / 16)
