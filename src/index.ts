/** The public interface of gradfold. */

// Errors are values.
export type {
  BroadcastError,
  DimensionError,
  DtypeError,
  FileError,
  FileReason,
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
export type {
  Listener,
  Observation,
  ObservedBackward,
  ObservedDerivative,
  ObservedOperation
} from './kernels/observation'
export { observe } from './kernels/observe'
export { histogram, type Histogram, type HistogramRow, type HistogramSettings } from './kernels/observeHistogram'
export type { Operations } from './kernels/operations'
export { type Dtype, type HostTensor, type Shape, Tensor, type TensorType, type Values } from './kernels/tensor'

// The tape, and what goes onto it and comes off.
export { evaluation, startTape, Tape, type TapeSettings, type Traced, training } from './tape/tape'
export { Variable } from './tape/variable'
export { assign, current, settle } from './tape/assign'
export { buffer, constant, detach, type LeafSettings, parameter } from './tape/leaf'
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
export { erf } from './operation/erf'
export { exp } from './operation/exp'
export { expm1 } from './operation/expm1'
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
export { softplus, type SoftplusSettings } from './operation/softplus'
export { sqrt } from './operation/sqrt'
export { square } from './operation/square'
export { sub } from './operation/sub'
export { sum } from './operation/sum'
export { tanh } from './operation/tanh'
export { transpose } from './operation/transpose'
export { celu, type CeluSettings } from './function/celu'
export { elu, type EluSettings } from './function/elu'
export { gelu } from './function/gelu'
export { geluTanh } from './function/geluTanh'
export { type Gate, glu, type GluSettings } from './function/glu'
export { hardSigmoid } from './function/hardSigmoid'
export { hardSwish } from './function/hardSwish'
export { leakyRelu, type LeakyReluSettings } from './function/leakyRelu'
export { mish } from './function/mish'
export { selu } from './function/selu'
export { silu } from './function/silu'
export { type Moments, moments } from './function/moments'
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
export type { WeightLayout } from './random/fansOf'
export { gainOf, type GainName } from './random/gainOf'
export type { Initializer, Scalable } from './random/initializer'
export {
  constantInit,
  heNormal,
  heUniform,
  identityMatrix,
  lecunNormal,
  lecunUniform,
  normalInit,
  ones,
  orthogonal,
  truncatedNormalInit,
  uniformInit,
  withGain,
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
export { type BatchNorm, batchNorm, batchNormForward, type BatchNormSettings } from './layer/batchNorm'
export { type Activation, activation, type ActivationName, type ActivationSettings } from './layer/activation'
export { type Bilinear, bilinear, bilinearForward } from './layer/bilinear'
export { type ChannelDropout, channelDropout, channelDropoutForward } from './layer/channelDropout'
export { type Custom, custom } from './layer/custom'
export { drawParameter, type DrawSettings } from './layer/drawParameter'
export { type Dropout, dropout, dropoutForward, type DropoutSettings } from './layer/dropout'
export { type Embedding, embedding, embeddingForward, type EmbeddingSettings } from './layer/embedding'
export { forward } from './layer/forward'
export { type GroupNorm, groupNorm, groupNormForward } from './layer/groupNorm'
export { type InstanceNorm, instanceNorm, instanceNormForward } from './layer/instanceNorm'
export type { Layer, Maker } from './layer/layer'
export { type LayerNorm, layerNorm, layerNormForward } from './layer/layerNorm'
export { type Linear, linear, linearForward, type LinearSettings } from './layer/linear'
export type { NormSettings } from './layer/normalization'
export { type RmsNorm, rmsNorm, rmsNormForward } from './layer/rmsNorm'
export { type Flatten, flatten, flattenForward, type FlattenSettings } from './layer/flatten'
export { type Join, type Parallel, parallel, type ParallelSettings } from './layer/parallel'
export { type Prelu, prelu, preluForward, type PreluSettings } from './layer/prelu'
export { type ReshapeTo, reshapeTo, reshapeToForward } from './layer/reshapeTo'
export { type Residual, residual } from './layer/residual'
export { type Sequential, sequential } from './layer/sequential'
export { type Swiglu, swiglu, swigluForward } from './layer/swiglu'
export type { Target } from './loss/checks'
export { cosineLoss, type CosineSettings } from './loss/cosineLoss'
export { hingeLoss, type HingeSettings } from './loss/hingeLoss'
export { huberLoss, type HuberSettings } from './loss/huberLoss'
export { klDivergence, type KlSettings } from './loss/klDivergence'
export { maeLoss } from './loss/maeLoss'
export { mseLoss } from './loss/mseLoss'
export { nllLoss, type NllSettings } from './loss/nllLoss'
export type { LossSettings, Reduction } from './loss/reduction'
export { sigmoidCrossEntropy, type SigmoidCrossEntropySettings } from './loss/sigmoidCrossEntropy'
export { type CrossEntropySettings, softmaxCrossEntropy } from './loss/softmaxCrossEntropy'

// Models and optimisers.
export { edit } from './model/edit'
export { freeze, unfreeze } from './model/freeze'
export { type Parameter, parameterCount, parameters } from './model/parameters'
export { summary, type Summary, type SummaryRow, type SummarySettings } from './model/summary'
export { summaryText } from './model/summaryText'
export { type StateEntry, stateOf } from './model/state'
export { adagrad, type AdagradSettings } from './optimizer/adagrad'
export { adam, type AdamSettings } from './optimizer/adam'
export { adamw, type AdamWSettings } from './optimizer/adamw'
export { addGradients } from './optimizer/addGradients'
export { clipByGlobalNorm, type Clipped } from './optimizer/clipByGlobalNorm'
export { clipByValue } from './optimizer/clipByValue'
export { cosineDecay, type CosineDecaySettings } from './optimizer/cosineDecay'
export { cosineRestarts, type CosineRestartsSettings } from './optimizer/cosineRestarts'
export { exponentialDecay, type ExponentialDecaySettings } from './optimizer/exponentialDecay'
export { groups } from './optimizer/groups'
export { movingAverage, type MovingAverageSettings } from './optimizer/movingAverage'
export { oneCycle, type OneCycleSettings } from './optimizer/oneCycle'
export { onPlateau, type PlateauSettings } from './optimizer/onPlateau'
export {
  type Adagrad,
  type Adam,
  type AdamW,
  type Group,
  type Groups,
  initialState,
  type Optimizer,
  type OptimizerState,
  type Rmsprop,
  type Sgd,
  type SingleOptimizer
} from './optimizer/optimizer'
export { rateAt } from './optimizer/rateAt'
export { rmsprop, type RmspropSettings } from './optimizer/rmsprop'
export { scaleGradients } from './optimizer/scaleGradients'
export type {
  CosineDecay,
  CosineRestarts,
  ExponentialDecay,
  LearningRate,
  OneCycle,
  Schedule,
  StepDecay,
  WarmUp
} from './optimizer/schedule'
export { sgd, type SgdSettings } from './optimizer/sgd'
export { stepDecay, type StepDecaySettings } from './optimizer/stepDecay'
export { update, type Updated, type UpdateSettings } from './optimizer/update'
export { warmUp, type WarmUpSettings } from './optimizer/warmUp'

// Files.
export { decodeSafetensors, type Safetensors } from './file/decodeSafetensors'
export { encodeSafetensors, type SafetensorsEntry } from './file/encodeSafetensors'
export { loadModel, type LoadModelSettings } from './file/loadModel'
export type { FileLayout, ModelFileSettings } from './file/modelNames'
export { readSafetensors } from './file/readSafetensors'
export { saveModel } from './file/saveModel'
export { writeSafetensors } from './file/writeSafetensors'

// Training.
export { accuracy, predictions } from './training/accuracy'
export type { Batch, Dataset } from './training/dataset'
export { batchData, type BatchDataSettings } from './training/data/batchData'
export type { Data, IndexedData, Place, StreamData } from './training/data/data'
export { dataFrom, type DataSource } from './training/data/dataFrom'
export { filterData } from './training/data/filterData'
export { collectData, iterateData, type IterateSettings } from './training/data/iterateData'
export { mapData, type MapDataSettings } from './training/data/mapData'
export type { Parts } from './training/data/parts'
export { prefetchData } from './training/data/prefetchData'
export { rowData } from './training/data/rowData'
export { shuffleData, type ShuffleSettings } from './training/data/shuffleData'
export { skipData } from './training/data/skipData'
export { splitData, type SplitSettings } from './training/data/splitData'
export type { Dtypes, Example } from './training/data/stack'
export { takeData } from './training/data/takeData'
export { evaluate, type EvaluateSettings, type Measure, type Measured, type Measures } from './training/evaluate'
export type { Average } from './training/metrics/average'
export { averagePrecision } from './training/metrics/averagePrecision'
export { classification, type ClassificationSettings } from './training/metrics/classification'
export { confusion, confusionMatrix, type ConfusionSettings } from './training/metrics/confusionMatrix'
export { f1Score } from './training/metrics/f1Score'
export { meanAbsoluteError } from './training/metrics/meanAbsoluteError'
export { meanSquaredError } from './training/metrics/meanSquaredError'
export { type Measurement, measureWith } from './training/metrics/measureWith'
export type { Metric, Reading } from './training/metrics/metric'
export { precision } from './training/metrics/precision'
export { r2Score } from './training/metrics/r2Score'
export { ranking } from './training/metrics/ranking'
export type { AverageSettings } from './training/metrics/ratioOf'
export { recall } from './training/metrics/recall'
export { regression } from './training/metrics/regression'
export { rocAuc } from './training/metrics/rocAuc'
export { topKAccuracy, type TopKSettings } from './training/metrics/topKAccuracy'
export {
  type Advice,
  type Callback,
  earlyStopping,
  type EarlyStoppingSettings,
  reduceOnPlateau,
  type Watched
} from './training/callbacks'
export { fit } from './training/fit'
export type { Best, CheckpointSettings, Ended, FitSettings, Fitted } from './training/fitSettings'
export type { EpochRecord, Position } from './training/history'
export { loadTraining } from './training/loadTraining'
export { saveTraining } from './training/saveTraining'
export { automatic, bar, lines, type Progress, silent, type TextStream } from './training/progress'
export { type Clip, startTraining, type StepSettings, type TrainingState, trainingStep } from './training/trainingStep'
