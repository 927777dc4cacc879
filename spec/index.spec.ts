import { join } from 'node:path'
import ts from 'typescript'

interface Surface {
  /** What there is at run time. */
  readonly values: ReadonlyArray<string>
  /** What the compiler alone sees. */
  readonly types: ReadonlyArray<string>
}

const surfaceOf = (file: string): Surface => {
  const program = ts.createProgram([file], { noLib: true, types: [], module: ts.ModuleKind.CommonJS })
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(file)
  const symbol = source && checker.getSymbolAtLocation(source)
  if (symbol === undefined) throw new Error(`${file} is no module`)
  const exported = checker.getExportsOfModule(symbol)
  const isValue = (entry: ts.Symbol): boolean => {
    const target = (entry.flags & ts.SymbolFlags.Alias) === 0 ? entry : checker.getAliasedSymbol(entry)
    return (target.flags & ts.SymbolFlags.Value) !== 0
  }
  return {
    values: exported.filter(isValue).map(({ name }) => name),
    types: exported.filter((entry) => !isValue(entry)).map(({ name }) => name)
  }
}

/** A line for each initial, so that a difference is short. */
const listed = (names: ReadonlyArray<string>): string => {
  const lines = new Map<string, string[]>()
  for (const name of [...names].sort()) lines.set(name.charAt(0), [...(lines.get(name.charAt(0)) ?? []), name])
  return [...lines.values()].map((line) => line.join(' ')).join('\n')
}

// What is added here is kept for users, and what is taken away breaks them: look at the difference, and if it is meant,
// `npx jest spec/index.spec.ts -u` writes it down.
describe('the public surface', () => {
  const { values, types } = surfaceOf(join(__dirname, '../src/index.ts'))

  it('has these values', () => {
    expect(listed(values)).toMatchInlineSnapshot(`
      "KernelFailure
      Tape Tensor
      Variable
      abs accuracy activation adam add andThen automatic
      backward bar broadcast
      cast concat constant custom
      defaultKernels detach div
      edit equal evaluate evaluation exp
      fill firstNonFinite fit fold forward
      gather gradient gradientOf greater greaterEqual
      heNormal heUniform
      initialState item
      jacobian
      lecunNormal lecunUniform less lessEqual lift linear linearForward lines log logSoftmax
      map matmul max maximum mean memory minimum mseLoss mul
      named neg nested normal notEqual
      of oneHot ones
      pad parameter parameterCount parameters permutation predictions
      read referenceKernels release relu renew reshape
      scatterAdd scope scopeAsync select sequential sgd shapesKernels show sigmoid sign silent slice softmax softmaxCrossEntropy sqrt square startTape startTraining sub sum
      tanh tensorflowKernels toArray trace training trainingStep transpose traverse truncatedNormal
      uniform update
      wasmKernels
      xavierNormal xavierUniform
      zeros"
    `)
  })

  it('has these types', () => {
    expect(listed(types)).toMatchInlineSnapshot(`
      "Activation ActivationName Adam AdamSettings Axes AxisSettings
      BackwardSettings Batch BroadcastError
      Custom
      Dataset DimensionError Dtype DtypeError
      EpochRecord EvaluateSettings
      FileError FitSettings Fitted ForeignVariable
      GradientSettings Gradients
      HostTensor
      IndexOutOfBounds Indices Initializer Input InvalidArgument InvalidShape
      KernelError Kernels
      Layer LeafSettings Linear LinearSettings LossSettings
      Maker MatmulSettings Measure Measures MemoryUse
      Nested NoGradientPath NonFinite NotScalar
      Operand Operations Optimizer OptimizerState
      Parameter Progress
      Readable ReduceSettings Reduction Released Result Run
      Sequential Sgd SgdSettings Shape ShapeMismatch ShapedValues Showable StepSettings
      TapeEntry TapeSettings TensorError TensorType TensorflowSettings TextStream Traced TrainingState
      UpdateSettings Updated
      Values
      WasmSettings"
    `)
  })
})
