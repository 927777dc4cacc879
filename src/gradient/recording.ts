/** Folding with variables: every operation of a derivative is recorded on a tape, so it can be differentiated again. */
import { isLeft } from 'fp-ts/Either'
import type { Operations } from '../kernels/operations'
import type { Dtype, Shape } from '../kernels/tensor'
import { absPrimitive } from '../operation/abs'
import { addPrimitive } from '../operation/add'
import { broadcastPrimitive } from '../operation/broadcast'
import { castPrimitive } from '../operation/cast'
import { concatPrimitive } from '../operation/concat'
import { softmaxCrossEntropyPrimitive } from '../operation/softmaxCrossEntropy'
import { divPrimitive } from '../operation/div'
import { equalPrimitive } from '../operation/equal'
import { erfPrimitive } from '../operation/erf'
import { expPrimitive } from '../operation/exp'
import { expm1Primitive } from '../operation/expm1'
import { fillPrimitive } from '../operation/fill'
import { gatherPrimitive } from '../operation/gather'
import { greaterPrimitive } from '../operation/greater'
import { greaterEqualPrimitive } from '../operation/greaterEqual'
import { lessPrimitive } from '../operation/less'
import { lessEqualPrimitive } from '../operation/lessEqual'
import { logPrimitive } from '../operation/log'
import { logSoftmaxPrimitive } from '../operation/logSoftmax'
import { matmulPrimitive } from '../operation/matmul'
import { maxPrimitive } from '../operation/max'
import { maximumPrimitive } from '../operation/maximum'
import { meanPrimitive } from '../operation/mean'
import { minimumPrimitive } from '../operation/minimum'
import { mulPrimitive } from '../operation/mul'
import { negPrimitive } from '../operation/neg'
import { notEqualPrimitive } from '../operation/notEqual'
import { oneHotPrimitive } from '../operation/oneHot'
import { NONE } from '../operation/operand'
import { padPrimitive } from '../operation/pad'
import { reluPrimitive } from '../operation/relu'
import { reluGradientPrimitive } from '../operation/reluGradient'
import { reshapePrimitive } from '../operation/reshape'
import { scatterAddPrimitive } from '../operation/scatterAdd'
import { selectPrimitive } from '../operation/select'
import { sigmoidPrimitive } from '../operation/sigmoid'
import { signPrimitive } from '../operation/sign'
import { slicePrimitive } from '../operation/slice'
import { softmaxPrimitive } from '../operation/softmax'
import { softplusPrimitive } from '../operation/softplus'
import { sqrtPrimitive } from '../operation/sqrt'
import { squarePrimitive } from '../operation/square'
import { subPrimitive } from '../operation/sub'
import { sumPrimitive } from '../operation/sum'
import { tanhPrimitive } from '../operation/tanh'
import { transposePrimitive } from '../operation/transpose'
import { type BatchNormGradient, batchNormGradientOf, type Running } from '../kernels/batchNormOf'
import { batchNormPrimitive } from '../operation/batchNorm'
import type { Variable } from '../tape/variable'
import type { Primitive } from '../tape/primitive'
import { record } from '../tape/record'
import type { Tape } from '../tape/tape'
import { type Interpreter, Stop } from './fold'

type Axes = ReadonlyArray<number>

/** The operations over variables: each records on `tape`, which moves on. A Left is thrown as a Stop. */
export class Recording implements Operations<Variable>, Interpreter<Variable> {
  readonly operations = this
  /** Whose derivative it is at. */
  entry: Variable | undefined = undefined

  constructor(public tape: Tape) {}

  valueOf(variable: Variable): Variable {
    return variable
  }
  // Variables stay on the tape: nothing is claimed, nothing released.
  begin(entry: Variable): void {
    this.entry = entry
  }
  claim(): void {}
  drop(): void {}
  end(): void {}

  private on<A>(primitive: Primitive<A>, inputs: ReadonlyArray<Variable>, attributes: A): Variable {
    const result = record(this.tape, primitive, inputs, attributes)
    if (isLeft(result)) throw new Stop(result.left)
    this.tape = result.right.tape
    return result.right.value
  }

  shapeOf = (x: Variable): Shape => x.shape
  dtypeOf = (x: Variable): Dtype => x.dtype
  fill = (shape: Shape, value: number, dtype: Dtype): Variable => this.on(fillPrimitive, [], { shape, value, dtype })
  cast = (x: Variable, dtype: Dtype): Variable => this.on(castPrimitive, [x], { dtype })
  add = (x: Variable, y: Variable): Variable => this.on(addPrimitive, [x, y], NONE)
  sub = (x: Variable, y: Variable): Variable => this.on(subPrimitive, [x, y], NONE)
  mul = (x: Variable, y: Variable): Variable => this.on(mulPrimitive, [x, y], NONE)
  div = (x: Variable, y: Variable): Variable => this.on(divPrimitive, [x, y], NONE)
  maximum = (x: Variable, y: Variable): Variable => this.on(maximumPrimitive, [x, y], NONE)
  minimum = (x: Variable, y: Variable): Variable => this.on(minimumPrimitive, [x, y], NONE)
  neg = (x: Variable): Variable => this.on(negPrimitive, [x], NONE)
  exp = (x: Variable): Variable => this.on(expPrimitive, [x], NONE)
  expm1 = (x: Variable): Variable => this.on(expm1Primitive, [x], NONE)
  log = (x: Variable): Variable => this.on(logPrimitive, [x], NONE)
  sqrt = (x: Variable): Variable => this.on(sqrtPrimitive, [x], NONE)
  square = (x: Variable): Variable => this.on(squarePrimitive, [x], NONE)
  abs = (x: Variable): Variable => this.on(absPrimitive, [x], NONE)
  sign = (x: Variable): Variable => this.on(signPrimitive, [x], NONE)
  relu = (x: Variable): Variable => this.on(reluPrimitive, [x], NONE)
  reluGradient = (upstream: Variable, output: Variable): Variable =>
    this.on(reluGradientPrimitive, [upstream, output], NONE)
  sigmoid = (x: Variable): Variable => this.on(sigmoidPrimitive, [x], NONE)
  tanh = (x: Variable): Variable => this.on(tanhPrimitive, [x], NONE)
  softplus = (x: Variable): Variable => this.on(softplusPrimitive, [x], NONE)
  erf = (x: Variable): Variable => this.on(erfPrimitive, [x], NONE)
  equal = (x: Variable, y: Variable): Variable => this.on(equalPrimitive, [x, y], NONE)
  notEqual = (x: Variable, y: Variable): Variable => this.on(notEqualPrimitive, [x, y], NONE)
  less = (x: Variable, y: Variable): Variable => this.on(lessPrimitive, [x, y], NONE)
  lessEqual = (x: Variable, y: Variable): Variable => this.on(lessEqualPrimitive, [x, y], NONE)
  greater = (x: Variable, y: Variable): Variable => this.on(greaterPrimitive, [x, y], NONE)
  greaterEqual = (x: Variable, y: Variable): Variable => this.on(greaterEqualPrimitive, [x, y], NONE)
  select = (condition: Variable, x: Variable, y: Variable): Variable =>
    this.on(selectPrimitive, [condition, x, y], NONE)
  sum = (x: Variable, axes: Axes, keepDims: boolean): Variable => this.on(sumPrimitive, [x], { axes, keepDims })
  mean = (x: Variable, axes: Axes, keepDims: boolean): Variable => this.on(meanPrimitive, [x], { axes, keepDims })
  max = (x: Variable, axes: Axes, keepDims: boolean): Variable => this.on(maxPrimitive, [x], { axes, keepDims })
  matmul = (x: Variable, y: Variable, transposeX: boolean, transposeY: boolean): Variable =>
    this.on(matmulPrimitive, [x, y], { transposeX, transposeY })
  transpose = (x: Variable, permutation: Axes): Variable => this.on(transposePrimitive, [x], { permutation })
  reshape = (x: Variable, shape: Shape): Variable => this.on(reshapePrimitive, [x], { shape })
  broadcast = (x: Variable, shape: Shape): Variable => this.on(broadcastPrimitive, [x], { shape })
  slice = (x: Variable, begin: Axes, size: Shape): Variable => this.on(slicePrimitive, [x], { begin, size })
  pad = (x: Variable, before: Axes, after: Axes): Variable => this.on(padPrimitive, [x], { before, after })
  concat = (xs: ReadonlyArray<Variable>, axis: number): Variable => this.on(concatPrimitive, xs, { axis })
  gather = (x: Variable, indices: Variable, axis: number): Variable => this.on(gatherPrimitive, [x, indices], { axis })
  scatterAdd = (updates: Variable, indices: Variable, axis: number, size: number): Variable =>
    this.on(scatterAddPrimitive, [updates, indices], { axis, size })
  oneHot = (indices: Variable, depth: number): Variable => this.on(oneHotPrimitive, [indices], { depth })
  softmax = (x: Variable): Variable => this.on(softmaxPrimitive, [x], NONE)
  softmaxCrossEntropy = (scores: Variable, labels: Variable): Variable =>
    this.on(softmaxCrossEntropyPrimitive, [scores, labels], { mean: false })
  softmaxMinusOneHot = (scores: Variable, labels: Variable): Variable =>
    this.sub(this.softmax(scores), this.oneHot(labels, scores.shape.at(-1)!))
  batchNorm = (x: Variable, scale: Variable, offset: Variable, running: Running<Variable>, eps: number): Variable =>
    this.on(batchNormPrimitive, [x, scale, offset, running.mean, running.variance], { eps, momentum: running.momentum })
  batchNormGradient = (
    upstream: Variable,
    x: Variable,
    scale: Variable,
    _: Variable,
    eps: number
  ): BatchNormGradient<Variable> => batchNormGradientOf<Variable>(this, upstream, x, scale, eps, () => undefined)
  logSoftmax = (x: Variable): Variable => this.on(logSoftmaxPrimitive, [x], NONE)
}
