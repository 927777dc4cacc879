/** The public interface of gradfold/testing: what a user's specs need, on fast-check and any test runner. */

// Gradients against central differences.
export { checkGradients, type GradientCheckSettings, inspectGradients, type Recorder } from './checkGradients'
export { checkModel, type Create, inspectModel, type ModelRecorder } from './checkModel'
export { checkProgram, inspectProgram } from './checkProgram'
export { type Counterexample, GradientError, type GradientReport, NothingCompared } from './gradients/check'
export type { Exclusion, OrderReport, Place, WrongSlope } from './gradients/report'
export { Misuse, type MisuseKind } from './gradients/misuse'

// Linear functions, adjoints, kernel sets.
export { checkAdjoint, checkLinear, LinearityError, type LinearCheckSettings } from './checkLinear'
export {
  checkKernels,
  compareKernels,
  type KernelCheckSettings,
  type KernelDifference,
  KernelsDiffer
} from './compareKernels'

// Random examples, which fast-check shrinks.
export { broadcastingShapes } from './generators/broadcastingShapes'
export { broadcastingTensors, type BroadcastingTensorsSettings } from './generators/broadcastingTensors'
export { type LayerExample, type LayerLimits, layers } from './generators/layers'
export { models } from './generators/models'
export { type ShapeLimits, shapes } from './generators/shapes'
export { type TensorKind, tensors, type TensorSettings } from './generators/tensors'
export { tensorText } from './generators/tensorText'
export { programs, type ProgramSettings, type RandomProgram } from './programs'

// Kernels that fail on purpose.
export { type Fault, type FaultSettings, type FaultyKernels, faultyKernels, watchedKernels } from './faultyKernels'
