/** The rows of spec/golden/networks.jsonl: ten training steps of small networks, as PyTorch took them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type {
  ActivationName,
  BatchNormSettings,
  Clip,
  CosineSettings,
  CrossEntropySettings,
  DropoutSettings,
  FlattenSettings,
  HingeSettings,
  HuberSettings,
  KlSettings,
  LossSettings,
  NllSettings,
  NormSettings,
  ParallelSettings,
  PlateauSettings,
  PreluSettings,
  Shape,
  SigmoidCrossEntropySettings
} from 'gradfold'
import type { GoldenGroups, GoldenHeader, GoldenStepper, GoldenTensor } from './golden'
import type { GoldenData } from './goldenBatches'

interface Bias {
  readonly bias?: boolean
}

/** A layer by its name, with what it is made with. */
export type GoldenLayer =
  | {
      readonly layer: 'linear'
      readonly inFeatures: number
      readonly outFeatures: number
      readonly settings?: Bias
      /** The place of the layer whose weight it has. */
      readonly tied?: number
    }
  | {
      /** Of the two halves of its input. */
      readonly layer: 'bilinear'
      readonly in1Features: number
      readonly in2Features: number
      readonly outFeatures: number
      readonly settings?: Bias
    }
  | {
      readonly layer: 'embedding'
      readonly count: number
      readonly features: number
      readonly settings?: { readonly paddingIndex?: number }
    }
  | { readonly layer: 'dropout' | 'channelDropout'; readonly settings?: DropoutSettings }
  | { readonly layer: 'batchNorm'; readonly features: number; readonly settings?: BatchNormSettings }
  | { readonly layer: 'layerNorm' | 'rmsNorm'; readonly shape: Shape; readonly settings?: NormSettings }
  | {
      readonly layer: 'groupNorm'
      readonly groups: number
      readonly channels: number
      readonly settings?: NormSettings
    }
  | { readonly layer: 'instanceNorm'; readonly channels: number; readonly settings?: NormSettings }
  | {
      readonly layer: 'activation'
      readonly activation: ActivationName
      readonly settings?: Readonly<Record<string, number>>
    }
  | { readonly layer: 'prelu'; readonly settings?: PreluSettings }
  | {
      readonly layer: 'swiglu'
      readonly inFeatures: number
      readonly hiddenFeatures: number
      readonly outFeatures: number
      readonly settings?: Bias
    }
  | { readonly layer: 'flatten'; readonly settings?: FlattenSettings }
  | { readonly layer: 'reshapeTo'; readonly shape: Shape }
  /** Doubles its input. */
  | { readonly layer: 'custom' }
  | { readonly layer: 'sequential'; readonly layers: ReadonlyArray<GoldenLayer> }
  | {
      readonly layer: 'parallel'
      readonly layers: ReadonlyArray<GoldenLayer>
      readonly settings?: ParallelSettings
    }
  | { readonly layer: 'residual'; readonly inner: GoldenLayer }

export type GoldenLoss =
  | { readonly of: 'mseLoss' | 'maeLoss'; readonly settings?: LossSettings }
  | { readonly of: 'huberLoss'; readonly settings?: HuberSettings }
  | { readonly of: 'softmaxCrossEntropy'; readonly settings?: CrossEntropySettings }
  | { readonly of: 'nllLoss'; readonly settings?: NllSettings }
  | { readonly of: 'hingeLoss'; readonly settings?: HingeSettings }
  | { readonly of: 'sigmoidCrossEntropy'; readonly settings?: SigmoidCrossEntropySettings }
  | { readonly of: 'klDivergence'; readonly settings?: KlSettings }
  /** Beside numbers by formula. */
  | { readonly of: 'cosineLoss'; readonly settings?: CosineSettings }

/** By the path of a parameter or buffer. */
type ByPath<A> = Readonly<Record<string, A>>

export interface GoldenNetwork {
  readonly name: string
  readonly layers: ReadonlyArray<GoldenLayer>
  readonly x: GoldenData
  readonly target: GoldenData
  readonly loss: GoldenLoss
  readonly optimizer: GoldenStepper | GoldenGroups
  /** How many batches make a step; one if it is left out. */
  readonly parts?: number
  readonly clip?: Clip
  readonly averageDecay?: number
  /** The places of layers that training leaves alone. */
  readonly frozen?: ReadonlyArray<number>
  /** What follows the losses of the steps, and scales the learning rate. */
  readonly plateau?: PlateauSettings
  /** Parameters and buffers before the first step. */
  readonly state: ByPath<GoldenTensor>
  /** In training, of the first batch. */
  readonly output: GoldenTensor
  /** Of the first batch, to the parameters, and to x where it has any. */
  readonly gradients: ByPath<ReadonlyArray<number>>
  /** Before each step. */
  readonly losses: ReadonlyArray<number>
  /** Parameters and buffers after the last. */
  readonly trained: ByPath<ReadonlyArray<number>>
  readonly averaged?: ByPath<ReadonlyArray<number>>
  /** In evaluation, after the last step, of a batch more. */
  readonly evaluated: GoldenTensor
  readonly evaluatedLoss: number
}

const [first, ...others] = readFileSync(join(__dirname, '../golden/networks.jsonl'), 'utf8').trim().split('\n')

export const networksHeader = JSON.parse(first ?? '') as GoldenHeader
export const goldenNetworks: ReadonlyArray<GoldenNetwork> = others.map((line) => JSON.parse(line) as GoldenNetwork)
