import { isLeft, left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { invalidShape, shapeText } from '../error/tensorError'
import type { Kernels } from '../kernels/kernels'
import { shapesKernels } from '../kernels/shapes/shapesKernels'
import type { Dtype, Shape } from '../kernels/tensor'
import { forward as forwardAny } from '../layer/forward'
import type { Layer } from '../layer/layer'
import { bufferPrimitive, constantPrimitive, frozenPrimitive, parameterPrimitive, pushLeaf } from '../tape/leaf'
import { collectTensors, mapTensors } from '../tape/structure'
import { startTape, type Tape, topOf, type Traced } from '../tape/tape'
import { previousOf, type Variable } from '../tape/variable'
import { rowsOf, totalsOf } from './summaryRows'

/** One layer, or what was recorded between layers under one path. */
export interface SummaryRow {
  /** Its place in the model, `encoder.2`; empty for the model itself. */
  readonly path: string
  /** `Linear`, `relu`, a custom layer's name; the operations' names where no layer is there. */
  readonly kind: string
  /** What it hands on; undefined where it records nothing, as dropout in an evaluation. */
  readonly output: Shape | undefined
  /** Numbers that training changes. A shared variable counts where it is used first. */
  readonly parameters: number
  /** Numbers that `freeze` has frozen. */
  readonly frozen: number
  /** Numbers of buffers. */
  readonly buffers: number
  /** Bytes of all three. */
  readonly parameterBytes: number
  /** Bytes of all that it records: every entry's output, masks and other constants included; shared numbers once. */
  readonly activationBytes: number
  /** m k n for each matrix product of `[m, k]` by `[k, n]`; nothing else counts. */
  readonly multiplyAdds: number
}

/** A model at a glance. */
export interface Summary {
  readonly input: Shape
  readonly rows: ReadonlyArray<SummaryRow>
  readonly totals: Pick<
    SummaryRow,
    'parameters' | 'frozen' | 'buffers' | 'parameterBytes' | 'activationBytes' | 'multiplyAdds'
  >
}

/** Settings of summary. */
export interface SummarySettings<M> {
  /** What the model does; `forward` by default. */
  readonly forward?: (tape: Tape, model: M, x: Variable) => Result<Traced<Variable>>
  /** Of the input; float32 by default, int32 for an embedding's indices. */
  readonly dtype?: Dtype
  /** Whether a training run is recorded (default) or an evaluation. */
  readonly training?: boolean
}

/**
 * What a model is made of: for each layer its output's shape, its parameters, memory and multiply-adds, for an input of
 * this shape, batch included. Nothing is computed: the model runs on `shapesKernels`, so its size costs nothing.
 *
 * Memory is that of float32 kernels. Activations are all that the forward pass records and a tape keeps until its scope
 * ends, in training and evaluation alike; the input, the gradients and the optimiser's state come on top. Multiply-adds
 * are those of one forward pass of the whole batch, counted as fvcore and thop do: matrix products alone, no biases,
 * nothing elementwise; a backward pass takes about twice as many.
 *
 * Rows are in the order of first use, one for each layer path; `named` gives a path where a model applies layers by hand.
 * InvalidShape: a shape that no tensor has. Else the layer's own error with its path, as for an input that does not fit.
 * @example
 * import { activation, linear, sequential, shapesKernels, startTape, summary } from 'gradfold'
 * import { isRight } from 'fp-ts/Either'
 * const model = sequential(
 *   startTape(shapesKernels()),
 *   (tape) => linear(tape, 784, 256),
 *   activation('relu'),
 *   (tape) => linear(tape, 256, 10)
 * )
 * if (isRight(model)) {
 *   const all = summary(model.right.value, [32, 784])
 *   if (isRight(all)) console.log(all.right.rows.map(({ path, kind, parameters }) => `${path} ${kind} ${parameters}`))
 *   // => ['0 Linear 200960', '1 relu 0', '2 Linear 2570']
 * }
 */
export function summary(model: Layer, inputShape: Shape, settings?: SummarySettings<Layer>): Result<Summary>
export function summary<M>(
  model: M,
  inputShape: Shape,
  settings: SummarySettings<M> & Required<Pick<SummarySettings<M>, 'forward'>>
): Result<Summary>
export function summary(
  model: Layer,
  inputShape: Shape,
  { forward = forwardAny, dtype = 'float32', training = true }: SummarySettings<Layer> = {}
): Result<Summary> {
  if (!inputShape.every((n) => Number.isSafeInteger(n) && n >= 0)) {
    const text =
      `summary needs an inputShape of whole numbers from 0 up, not ${shapeText(inputShape)}: the shape of a whole batch, ` +
      '[32, 784] say.'
    return left(invalidShape('summary', inputShape, text))
  }
  const kernels = shapesKernels()
  const start = startTape(kernels, { training })
  const { value: shadow, tape } = withoutNumbers(start, kernels, model)
  const input = pushLeaf(tape, constantPrimitive, kernels.upload(inputShape, dtype, none), '')
  const output = forward(input.tape, shadow, input.value)
  if (isLeft(output)) return output
  const entries: Variable[] = []
  let at = topOf(output.right.tape)
  while (at !== undefined && at.index > input.value.index) {
    entries.push(at)
    at = previousOf(at)
  }
  const rows = rowsOf(shadow, entries.reverse(), output.right.value)
  return right({ input: inputShape, rows, totals: totalsOf(rows) })
}

/** The same model of variables that have shapes alone. */
const withoutNumbers = <M>(start: Tape, kernels: Kernels, model: M): Traced<M> => {
  let tape = start
  const shadows = new Map<Variable, Variable>()
  for (const variable of collectTensors(model).variables) {
    const { shape, dtype, path, primitive } = variable
    const kind = kinds.has(primitive) ? primitive : constantPrimitive
    const leaf = pushLeaf(tape, kind, kernels.upload(shape, dtype, none), path)
    tape = leaf.tape
    shadows.set(variable, leaf.value)
  }
  const value = mapTensors(model, {
    variable: (variable) => shadows.get(variable) ?? variable,
    tensor: ({ shape, dtype }) => kernels.upload(shape, dtype, none)
  })
  return { value, tape }
}

/** Leaves that a model's state is made of; the rest is data. */
const kinds: ReadonlySet<Variable['primitive']> = new Set([parameterPrimitive, frozenPrimitive, bufferPrimitive])

/** Kernels without data ask for none. */
const none = (): never => {
  throw new Error('gradfold: shapesKernels have asked for numbers')
}
