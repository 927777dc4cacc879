/** Learning rates that change from update to update: plain records, told apart by `_tag`, or functions of the step. */

/** A learning rate for each update; steps count the updates that were made before, from 0. */
export type Schedule =
  StepDecay | ExponentialDecay | CosineDecay | CosineRestarts | OneCycle | WarmUp | ((step: number) => number)

/** The same for all updates, or one for each. */
export type LearningRate = number | Schedule

/** Settings of stepDecay, complete. */
export interface StepDecay {
  readonly _tag: 'StepDecay'
  readonly learningRate: number
  readonly stepSize: number
  readonly gamma: number
}

/** Settings of exponentialDecay, complete. */
export interface ExponentialDecay {
  readonly _tag: 'ExponentialDecay'
  readonly learningRate: number
  readonly gamma: number
}

/** Settings of cosineDecay, complete. */
export interface CosineDecay {
  readonly _tag: 'CosineDecay'
  readonly learningRate: number
  readonly steps: number
  readonly minimum: number
}

/** Settings of cosineRestarts, complete. */
export interface CosineRestarts {
  readonly _tag: 'CosineRestarts'
  readonly learningRate: number
  readonly steps: number
  readonly tMult: number
  readonly minimum: number
}

/** Settings of oneCycle, complete. */
export interface OneCycle {
  readonly _tag: 'OneCycle'
  readonly maximum: number
  readonly steps: number
  readonly pctStart: number
  readonly annealing: 'cosine' | 'linear'
  readonly divFactor: number
  readonly finalDivFactor: number
  readonly threePhase: boolean
}

/** Settings of warmUp, complete. */
export interface WarmUp {
  readonly _tag: 'WarmUp'
  readonly schedule: LearningRate
  readonly steps: number
  readonly startFactor: number
}
