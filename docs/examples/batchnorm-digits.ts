/**
 * Batch norm, dropout and RMSprop on real handwritten digits: 784-128 without bias, batch norm, relu, 64, relu, dropout
 * 0.2, 10, with He's weights. `npx tsx docs/examples/batchnorm-digits.ts --epochs 8 --checkpoint out/digits.safetensors`.
 *
 * With `--checkpoint` Ctrl-C ends it after the step, and the next run goes on from there, to the bit.
 * `--kernels tensorflow` computes on a GPU where there is one, on the CPU elsewhere; `wasm` is the default.
 */
import {
  activation,
  andThen,
  batchNorm,
  dropout,
  earlyStopping,
  evaluate,
  fit,
  forward,
  heNormal,
  type Kernels,
  type Layer,
  lift,
  linear,
  accuracy,
  type Measure,
  type Result,
  rmsprop,
  sequential,
  softmaxCrossEntropy,
  startTape,
  startTraining,
  summary,
  summaryText,
  type Tape,
  tensorflowKernels,
  trace,
  type Variable,
  wasmKernels
} from 'gradfold'
import { plotHistory } from 'gradfold/plot'
import { orExit, settingsOf, start, stop } from './support/program'
import { type Digits, loadDigits, PIXELS } from './support/digits'

const options = settingsOf({
  epochs: '8',
  seed: '7',
  kernels: 'wasm',
  checkpoint: '',
  plot: 'out/batchnorm-digits.svg'
})

const network = (tape: Tape): Result<{ readonly value: Layer; readonly tape: Tape }> =>
  sequential(
    tape,
    (at) => linear(at, PIXELS, 128, { bias: false, init: heNormal }),
    (at) => batchNorm(at, 128),
    activation('relu'),
    (at) => linear(at, 128, 64, { init: heNormal }),
    activation('relu'),
    dropout({ p: 0.2 }),
    (at) => linear(at, 64, 10, { init: heNormal })
  )

/** On an evaluation tape: dropout passes through, batch norm has its running statistics. */
const measure: Measure<Layer, Digits> = (tape, model, { images, labels }) =>
  trace(tape, function* (run) {
    const scores = yield* run(forward, model, images)
    return { accuracy: yield* run(lift<number>, accuracy(scores, labels)) }
  })

const chosenKernels = (): Kernels => {
  if (options.kernels === 'tensorflow') return orExit(tensorflowKernels())
  return options.kernels === 'wasm' ? wasmKernels() : stop(`--kernels is wasm or tensorflow, not ${options.kernels}`)
}

const main = async (): Promise<void> => {
  const kernels = chosenKernels()
  const { train, test } = loadDigits()
  const model = orExit(network(startTape(kernels, { seed: Number(options.seed) })))
  console.log(`${kernels.name}: ${kernels.device}`)
  console.log(summaryText(orExit(summary(model.value, [128, PIXELS]))))

  const {
    model: trained,
    history,
    ended
  } = orExit(
    await fit(startTraining(model), {
      data: train,
      loss: (tape, layers, { images, labels }) =>
        andThen((at: Tape, scores: Variable) => softmaxCrossEntropy(at, scores, labels))(forward(tape, layers, images)),
      optimizer: rmsprop({ learningRate: 1e-3, alpha: 0.99 }),
      epochs: Number(options.epochs),
      batchSize: 128,
      validate: (traced) => evaluate(traced, test, measure),
      callbacks: [earlyStopping({ measure: 'accuracy', mode: 'maximum', patience: 5 })],
      ...(options.checkpoint !== '' && { checkpoint: { file: options.checkpoint } })
    })
  )
  console.log(ended._tag === 'Stopped' ? `stopped: ${ended.reason}` : ended._tag.toLowerCase())
  const { accuracy: reached } = orExit(evaluate(trained, test, measure))
  console.log(`accuracy ${reached?.toFixed(4)} on ${test.labels.shape[0]} digits that it has not seen`)
  console.log(`history in ${orExit(await plotHistory(options.plot, history))}`)
}

start(main)
