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
      abs accuracy activation adagrad adam adamw add addGradients andThen assign automatic averagePrecision
      backward bar batchData batchNorm batchNormForward bilinear bilinearForward broadcast buffer
      cast celu channelDropout channelDropoutForward classification clipByGlobalNorm clipByValue collectData concat confusion confusionMatrix constant constantInit cosineDecay cosineLoss cosineRestarts current custom
      dataFrom decodeSafetensors defaultKernels detach div drawParameter dropout dropoutForward
      earlyStopping edit elu embedding embeddingForward encodeSafetensors equal erf evaluate evaluation exp expm1 exponentialDecay
      f1Score fill filterData firstNonFinite fit flatten flattenForward fold forward freeze
      gainOf gather gelu geluTanh glu gradient gradientOf greater greaterEqual groupNorm groupNormForward groups
      hardSigmoid hardSwish heNormal heUniform hingeLoss histogram huberLoss
      identityMatrix initialState instanceNorm instanceNormForward item iterateData
      jacobian
      klDivergence
      layerNorm layerNormForward leakyRelu lecunNormal lecunUniform less lessEqual lift linear linearForward lines loadModel loadTraining log logSoftmax
      maeLoss map mapData matmul max maximum mean meanAbsoluteError meanSquaredError measureWith memory minimum mish moments movingAverage mseLoss mul
      named neg nested nllLoss normal normalInit notEqual
      observe of onPlateau oneCycle oneHot ones orthogonal
      pad parallel parameter parameterCount parameters permutation precision predictions prefetchData prelu preluForward
      r2Score ranking rateAt read readSafetensors recall reduceOnPlateau referenceKernels regression release relu renew reshape reshapeTo reshapeToForward residual rmsNorm rmsNormForward rmsprop rocAuc rowData
      saveModel saveTraining scaleGradients scatterAdd scope scopeAsync select selu sequential settle sgd shapesKernels show shuffleData sigmoid sigmoidCrossEntropy sign silent silu skipData slice softmax softmaxCrossEntropy softplus splitData sqrt square startTape startTraining stateOf stepDecay sub sum summary summaryText swiglu swigluForward
      takeData tanh tensorflowKernels toArray topKAccuracy trace training trainingStep transpose traverse truncatedNormal truncatedNormalInit
      unfreeze uniform uniformInit update
      warmUp wasmKernels withGain writeSafetensors
      xavierNormal xavierUniform
      zeros"
    `)
  })

  it('has these types', () => {
    expect(listed(types)).toMatchInlineSnapshot(`
      "Activation ActivationName ActivationSettings Adagrad AdagradSettings Adam AdamSettings AdamW AdamWSettings Advice Average AverageSettings Axes AxisSettings
      BackwardSettings Batch BatchDataSettings BatchNorm BatchNormSettings Best Bilinear BroadcastError
      Callback CeluSettings ChannelDropout CheckpointSettings ClassificationSettings Clip Clipped ConfusionSettings CosineDecay CosineDecaySettings CosineRestarts CosineRestartsSettings CosineSettings CrossEntropySettings Custom
      Data DataSource Dataset DimensionError DrawSettings Dropout DropoutSettings Dtype DtypeError Dtypes
      EarlyStoppingSettings EluSettings Embedding EmbeddingSettings Ended EpochRecord EvaluateSettings Example ExponentialDecay ExponentialDecaySettings
      FileError FileLayout FileReason FitSettings Fitted Flatten FlattenSettings ForeignVariable
      GainName Gate GluSettings GradientSettings Gradients Group GroupNorm Groups
      HingeSettings Histogram HistogramRow HistogramSettings HostTensor HuberSettings
      IndexOutOfBounds IndexedData Indices Initializer Input InstanceNorm InvalidArgument InvalidShape IterateSettings
      Join
      KernelError Kernels KlSettings
      Layer LayerNorm LeafSettings LeakyReluSettings LearningRate Linear LinearSettings Listener LoadModelSettings LossSettings
      Maker MapDataSettings MatmulSettings Measure Measured Measurement Measures MemoryUse Metric ModelFileSettings Moments MovingAverageSettings
      Nested NllSettings NoGradientPath NonFinite NormSettings NotScalar
      Observation ObservedBackward ObservedDerivative ObservedOperation OneCycle OneCycleSettings Operand Operations Optimizer OptimizerState
      Parallel ParallelSettings Parameter Parts Place PlateauSettings Position Prelu PreluSettings Progress
      Readable Reading ReduceSettings Reduction Released ReshapeTo Residual Result RmsNorm Rmsprop RmspropSettings Run
      Safetensors SafetensorsEntry Scalable Schedule Sequential Sgd SgdSettings Shape ShapeMismatch ShapedValues Showable ShuffleSettings SigmoidCrossEntropySettings SingleOptimizer SoftplusSettings SplitSettings StateEntry StepDecay StepDecaySettings StepSettings StreamData Summary SummaryRow SummarySettings Swiglu
      TapeEntry TapeSettings Target TensorError TensorType TensorflowSettings TextStream TopKSettings Traced TrainingState
      UpdateSettings Updated
      Values
      WarmUp WarmUpSettings WasmSettings Watched WeightLayout"
    `)
  })
})
