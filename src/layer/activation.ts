import type { Result } from '../error/result'
import { celu, type CeluSettings } from '../function/celu'
import { elu, type EluSettings } from '../function/elu'
import { gelu } from '../function/gelu'
import { geluTanh } from '../function/geluTanh'
import { glu, type GluSettings } from '../function/glu'
import { hardSigmoid } from '../function/hardSigmoid'
import { hardSwish } from '../function/hardSwish'
import { leakyRelu, type LeakyReluSettings } from '../function/leakyRelu'
import { mish } from '../function/mish'
import { selu } from '../function/selu'
import { silu } from '../function/silu'
import type { AxisSettings } from '../operation/lastAxis'
import { logSoftmax } from '../operation/logSoftmax'
import { relu } from '../operation/relu'
import { sigmoid } from '../operation/sigmoid'
import { softmax } from '../operation/softmax'
import { softplus, type SoftplusSettings } from '../operation/softplus'
import { tanh } from '../operation/tanh'
import type { Tape, Traced } from '../tape/tape'
import type { Variable } from '../tape/variable'

/** The settings of the functions that have any. */
export interface ActivationSettings {
  readonly celu: CeluSettings
  readonly elu: EluSettings
  readonly glu: GluSettings
  readonly leakyRelu: LeakyReluSettings
  readonly logSoftmax: AxisSettings
  readonly softmax: AxisSettings
  readonly softplus: SoftplusSettings
}

/** The functions that can be a layer. */
export type ActivationName =
  | 'celu'
  | 'elu'
  | 'gelu'
  | 'geluTanh'
  | 'glu'
  | 'hardSigmoid'
  | 'hardSwish'
  | 'leakyRelu'
  | 'logSoftmax'
  | 'mish'
  | 'relu'
  | 'selu'
  | 'sigmoid'
  | 'silu'
  | 'softmax'
  | 'softplus'
  | 'tanh'

/** A function of one variable, without parameters; settings that are not its own have no meaning to it. */
export interface Activation extends EluSettings, GluSettings, LeakyReluSettings, SoftplusSettings {
  readonly _tag: 'Activation'
  readonly activation: ActivationName
}

type Function = (tape: Tape, x: Variable, settings: Activation) => Result<Traced<Variable>>

const functions: Readonly<Record<ActivationName, Function>> = {
  celu,
  elu,
  gelu,
  geluTanh,
  glu,
  hardSigmoid,
  hardSwish,
  leakyRelu,
  logSoftmax,
  mish,
  relu,
  selu,
  sigmoid,
  silu,
  softmax,
  softplus,
  tanh
}

/**
 * A layer that applies a function, with the settings that the function has: `activation('relu')`,
 * `activation('leakyRelu', { slope: 0.2 })`. softmax, logSoftmax and glu go along the last axis if none is named; glu gives
 * half as many features as it takes. Bad settings are an InvalidArgument of forward.
 * @example
 * import { activation, constant, defaultKernels, forward, show, startTape, trace } from 'gradfold'
 * const y = trace(startTape(defaultKernels()), function* (run) {
 *   return yield* run(forward, activation('leakyRelu', { slope: 0.5 }), yield* run(constant, [-1, 2]))
 * })
 * console.log(show(y)) // => [-0.5, 2]
 */
export const activation = <N extends ActivationName>(
  name: N,
  ...[settings]: N extends keyof ActivationSettings ? [settings?: ActivationSettings[N]] : []
): Activation => ({ _tag: 'Activation', activation: name, ...settings })

/** The function that the layer names, of x. */
export const activationForward = (tape: Tape, layer: Activation, x: Variable): Result<Traced<Variable>> =>
  functions[layer.activation](tape, x, layer)
