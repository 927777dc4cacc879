import { pipe } from 'fp-ts/function'
import {
  abs,
  andThen,
  backward,
  constant,
  type HostTensor,
  type Kernels,
  type Linear,
  linearForward,
  logSoftmax,
  max,
  maximum,
  minimum,
  mseLoss,
  parameter,
  read,
  relu,
  type Result,
  sigmoid,
  sign,
  softmax,
  softmaxCrossEntropy,
  type Tape,
  tanh,
  type Traced,
  traverse,
  type Variable
} from 'gradfold'
import { asHost, expectGolden, golden, type GoldenCase, goldenKernelSets, type Tolerance } from '../support/golden'
import { onTape } from '../support/leaks'
import { gradientFor } from '../support/numbers'
import { rightOf } from '../support/results'
import type { Program } from '../support/gradients'

type Unary = (tape: Tape, x: Variable) => Result<Traced<Variable>>
type Binary = (tape: Tape, x: Variable, y: Variable) => Result<Traced<Variable>>

const unary =
  (operation: Unary): Program =>
  (tape, [x]) =>
    operation(tape, x!)
const binary =
  (operation: Binary): Program =>
  (tape, [x, y]) =>
    operation(tape, x!, y!)

const functions: Readonly<Record<string, Program>> = {
  softmax: unary(softmax),
  logSoftmax: unary(logSoftmax),
  relu: unary(relu),
  abs: unary(abs),
  sign: unary(sign),
  sigmoid: unary(sigmoid),
  tanh: unary(tanh),
  max: unary((tape, x) => max(tape, x, { axis: -1 })),
  maximum: binary(maximum),
  minimum: binary(minimum)
}

const layer: Program = (tape, [x, weight, bias]) => {
  const [outFeatures, inFeatures] = weight!.shape
  const made: Linear = { _tag: 'Linear', inFeatures: inFeatures!, outFeatures: outFeatures!, weight: weight! }
  return linearForward(tape, bias === undefined ? made : { ...made, bias }, x!)
}

/** The value of a program and the gradients of its inputs, by backward. */
const computed = (
  create: () => Kernels,
  program: Program,
  { inputs, upstream }: GoldenCase
): { readonly value: HostTensor; readonly gradients: ReadonlyArray<HostTensor> } =>
  onTape(create(), (tape) => {
    const given = rightOf(traverse(tape, inputs, (at, input) => parameter(at, asHost(input))))
    const y = rightOf(program(given.tape, given.value))
    const above = rightOf(constant(y.tape, asHost(upstream)))
    const gradients = rightOf(backward(above.tape, y.value, { upstream: above.value }))
    return {
      value: rightOf(read(y.value)),
      gradients: given.value.map((variable) => gradientFor(gradients, variable))
    }
  })

const expectAsPyTorch = (create: () => Kernels, tolerance: Tolerance, program: Program, expected: GoldenCase): void => {
  const { value, gradients } = computed(create, program, expected)
  expectGolden(value, expected.value, tolerance)
  gradients.forEach((gradient, i) => {
    expectGolden(gradient, expected.gradients[i]!, tolerance)
  })
}

describe('the golden file', () => {
  it('is of the PyTorch that its maker names, and says how it was made', () => {
    expect(golden.torch).toMatch(/^2\.13\.0(\+cpu)?$/)
    expect(golden.command).toContain('spec/golden/pytorch.py')
  })
})

describe.each(goldenKernelSets)('on $name, as PyTorch has it:', ({ create, tolerance }) => {
  it.each(golden.linear)('linear, $name', (expected) => {
    expectAsPyTorch(create, tolerance, layer, expected)
  })

  it.each(golden.functions)('$name', (expected) => {
    expectAsPyTorch(create, tolerance, functions[expected.function]!, expected)
  })

  it.each(golden.crossEntropy)('cross-entropy, $name', (expected) => {
    const { reduction, target } = expected
    const { dtype, values } = asHost(target)
    const inJavaScript: Program = (tape, [scores]) =>
      softmaxCrossEntropy(tape, scores!, { shape: target.shape, values }, { reduction })
    const onTheTape: Program = (tape, [scores]) =>
      pipe(
        constant(tape, { shape: target.shape, dtype, values }),
        andThen((at, labels) => softmaxCrossEntropy(at, scores!, labels, { reduction }))
      )
    expectAsPyTorch(create, tolerance, inJavaScript, expected)
    expectAsPyTorch(create, tolerance, onTheTape, expected)
  })

  it.each(golden.mse)('mean squared error, $name', (expected) => {
    const { reduction } = expected
    expectAsPyTorch(
      create,
      tolerance,
      binary((tape, x, y) => mseLoss(tape, x, y, { reduction })),
      expected
    )
  })
})
