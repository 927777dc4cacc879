/**
 * Trains a network on real handwritten digits: `npm start`.
 * `npm start -- --epochs 3 --seed 1 --plot curve.png` changes what it does.
 */
import {
  accuracy,
  activation,
  adam,
  andThen,
  constant,
  defaultKernels,
  evaluate,
  fit,
  forward,
  type HostTensor,
  item,
  type Layer,
  lift,
  linear,
  type Measure,
  memory,
  parameterCount,
  predictions,
  read,
  type Result,
  scope,
  sequential,
  softmaxCrossEntropy,
  startTape,
  startTraining,
  type Tape,
  trace,
  type Traced,
  type Variable
} from 'gradfold'
import { plotHistory } from 'gradfold/plot'
import { orExit, settingsOf, start } from './support/program'
import { type Digits, drawDigit, loadDigits, PIXELS } from './support/digits'

const options = settingsOf({ epochs: '12', seed: '7', plot: 'out/digits-loss.svg' })

/** 784 pixels, 256 and 128 hidden units, 10 scores. */
const network = (tape: Tape) =>
  sequential(
    tape,
    (at) => linear(at, PIXELS, 256),
    activation('relu'),
    (at) => linear(at, 256, 128),
    activation('relu'),
    (at) => linear(at, 128, 10)
  )

/** Loss and accuracy of a batch. */
const measure: Measure<Layer, Digits> = (tape, model, { images, labels }) =>
  trace(tape, function* (run) {
    const scores = yield* run(forward, model, images)
    const loss = yield* run(softmaxCrossEntropy, scores, labels)
    return {
      'test loss': yield* run(lift<number>, item(loss)),
      'test accuracy': yield* run(lift<number>, accuracy(scores, labels))
    }
  })

/** The model's guess for each image. */
const guesses = (trained: Traced<Layer>, images: Digits['images']): Result<Traced<Int32Array>> =>
  scope(trained.tape, (tape) =>
    trace(tape, function* (run) {
      const scores = yield* run(forward, trained.value, yield* run(constant, images))
      return predictions(yield* run(lift<HostTensor>, read(scores)))
    })
  )

const main = async (): Promise<void> => {
  const kernels = defaultKernels()
  const { train, test } = loadDigits()
  const model = orExit(network(startTape(kernels, { seed: Number(options.seed) })))
  console.log(`kernels     ${kernels.name}: ${kernels.device}`)
  console.log(`digits      ${train.labels.shape[0]} to learn from, ${test.labels.shape[0]} held out`)
  console.log(`parameters  ${parameterCount(model.value).toLocaleString('en')}`)

  const started = performance.now()
  const { model: trained, history } = orExit(
    await fit(startTraining(model), {
      data: train,
      loss: (tape, layers, { images, labels }) =>
        andThen((at: Tape, scores: Variable) => softmaxCrossEntropy(at, scores, labels))(forward(tape, layers, images)),
      optimizer: adam(),
      epochs: Number(options.epochs),
      batchSize: 64,
      validate: (traced) => evaluate(traced, test, measure)
    })
  )
  const result = orExit(evaluate(trained, test, measure))
  const seconds = (performance.now() - started) / 1000
  console.log(`\ntest accuracy ${result['test accuracy']?.toFixed(4)} after ${seconds.toFixed(1)} s of training`)

  const shown = [0, 400, 800, 1200, 1600]
  const images = {
    shape: [shown.length, PIXELS],
    values: Float32Array.from(shown.flatMap((i) => [...test.images.values.subarray(i * PIXELS, (i + 1) * PIXELS)]))
  }
  const seen = orExit(guesses(trained, { ...images, dtype: 'float32' })).value
  shown.forEach((i, n) => {
    const drawing = drawDigit(images.values.subarray(n * PIXELS, (n + 1) * PIXELS))
    console.log(
      `\n${drawing.filter((row) => row.trim() !== '').join('\n')}\nis a ${test.labels.values[i]}, read as ${seen[n]}`
    )
  })

  orExit(await plotHistory(options.plot, history, { title: 'Handwritten digits' }))
  const { tensors, bytes } = memory(kernels)
  console.log(
    `\nlosses and accuracy in ${options.plot}; ${tensors} live tensors, ${(bytes / 1e6).toFixed(1)} MB, hold the models and Adam's state`
  )
}

start(main)
