/** The public interface of gradfold. */

// Errors are values.
export type {
  BroadcastError,
  DimensionError,
  DtypeError,
  FileError,
  ForeignVariable,
  IndexOutOfBounds,
  InvalidArgument,
  InvalidShape,
  KernelError,
  NoGradientPath,
  NotScalar,
  Released,
  ShapeMismatch,
  TensorError
} from './error/tensorError'
export type { Result } from './error/result'

// Kernels: what computes.
export { defaultKernels } from './kernels/defaultKernels'
export { tensorflowKernels, type TensorflowSettings } from './kernels/tensorflow/tensorflowKernels'
export { wasmKernels, type WasmSettings } from './kernels/wasm/wasmKernels'
export { referenceKernels } from './kernels/reference/referenceKernels'
export { shapesKernels } from './kernels/shapes/shapesKernels'
export { type Kernels, KernelFailure, memory, type MemoryUse } from './kernels/kernels'
export type { Operations } from './kernels/operations'
export { type Dtype, type HostTensor, type Shape, Tensor, type TensorType, type Values } from './kernels/tensor'

// The tape, and what goes onto it and comes off.
export { evaluation, startTape, Tape, type TapeSettings, type Traced, training } from './tape/tape'
export { Variable } from './tape/variable'
export { constant, detach, type LeafSettings, parameter } from './tape/leaf'
export type { Input, Nested, ShapedValues } from './tape/input'
export { item, nested, read, type Readable } from './tape/read'
export { show, type Showable, type TapeEntry, toArray } from './tape/show'

// Composition.
export { andThen, fold, lift, map, named, of, type Run, trace, traverse } from './tape/trace'
export { release, renew, scope, scopeAsync } from './tape/scope'

// Operations.
export { abs } from './operation/abs'
export { add } from './operation/add'
export { broadcast } from './operation/broadcast'
export { cast } from './operation/cast'
export { concat } from './operation/concat'
export { div } from './operation/div'
export { equal } from './operation/equal'
export { exp } from './operation/exp'
export { fill } from './operation/fill'
export { gather } from './operation/gather'
export { greater } from './operation/greater'
export { greaterEqual } from './operation/greaterEqual'
export { less } from './operation/less'
export { lessEqual } from './operation/lessEqual'
export { log } from './operation/log'
export { logSoftmax } from './operation/logSoftmax'
export { matmul, type MatmulSettings } from './operation/matmul'
export { max } from './operation/max'
export { maximum } from './operation/maximum'
export { mean } from './operation/mean'
export { minimum } from './operation/minimum'
export { mul } from './operation/mul'
export { neg } from './operation/neg'
export { notEqual } from './operation/notEqual'
export { oneHot } from './operation/oneHot'
export { pad } from './operation/pad'
export { relu } from './operation/relu'
export { reshape } from './operation/reshape'
export { scatterAdd } from './operation/scatterAdd'
export { select } from './operation/select'
export { sigmoid } from './operation/sigmoid'
export { sign } from './operation/sign'
export { slice } from './operation/slice'
export { softmax } from './operation/softmax'
export { sqrt } from './operation/sqrt'
export { square } from './operation/square'
export { sub } from './operation/sub'
export { sum } from './operation/sum'
export { tanh } from './operation/tanh'
export { transpose } from './operation/transpose'
export type { Axes } from './operation/axes'
export type { Indices } from './operation/indices'
export type { AxisSettings } from './operation/lastAxis'
export type { Operand } from './operation/operand'
export type { ReduceSettings } from './operation/reduction'

// Random numbers, the same on every kernel set.
export { normal } from './operation/normal'
export { permutation } from './operation/permutation'
export { truncatedNormal } from './operation/truncatedNormal'
export { uniform } from './operation/uniform'
export {
  heNormal,
  heUniform,
  type Initializer,
  lecunNormal,
  lecunUniform,
  ones,
  xavierNormal,
  xavierUniform,
  zeros
} from './random/initializers'

// Gradients.
export { backward, type BackwardSettings, gradientOf, type Gradients } from './gradient/backward'
export { firstNonFinite, type NonFinite } from './gradient/firstNonFinite'
export { gradient, type GradientSettings } from './gradient/gradient'
export { jacobian } from './gradient/jacobian'

// Layers and losses.
export { activation } from './layer/activation'
export { custom } from './layer/custom'
export { forward } from './layer/forward'
export type { Activation, ActivationName, Custom, Layer, Linear, Maker, Sequential } from './layer/layer'
export { linear, linearForward, type LinearSettings } from './layer/linear'
export { sequential } from './layer/sequential'
export { mseLoss } from './loss/mseLoss'
export type { LossSettings, Reduction } from './loss/reduction'
export { softmaxCrossEntropy } from './loss/softmaxCrossEntropy'

// Models and training.
export { edit } from './model/edit'
export { type Parameter, parameterCount, parameters } from './model/parameters'
export { adam, type AdamSettings } from './optimizer/adam'
export { type Adam, initialState, type Optimizer, type OptimizerState, type Sgd } from './optimizer/optimizer'
export { sgd, type SgdSettings } from './optimizer/sgd'
export { update, type Updated, type UpdateSettings } from './optimizer/update'
export { accuracy, predictions } from './training/accuracy'
export type { Batch, Dataset } from './training/dataset'
export { evaluate, type EvaluateSettings, type Measure, type Measures } from './training/evaluate'
export { type EpochRecord, fit, type FitSettings, type Fitted } from './training/fit'
export { automatic, bar, lines, type Progress, silent, type TextStream } from './training/progress'
export { startTraining, type StepSettings, type TrainingState, trainingStep } from './training/trainingStep'
