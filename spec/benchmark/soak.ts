/**
 * `npm run soak`: 100,000 training steps of a small network, with an operation that fails after every tenth, and the memory
 * that they leave. Ends with status 1 if a tensor or a page of the WebAssembly memory is left behind after the first 1,000.
 * `npm run soak -- --steps N --json`.
 */
import { parseArgs } from 'node:util'
import { pipe } from 'fp-ts/function'
import {
  activation,
  adam,
  andThen,
  constant,
  forward,
  type Layer,
  linear,
  memory,
  release,
  sequential,
  softmaxCrossEntropy,
  startTape,
  startTraining,
  type Tape,
  trainingStep,
  wasmKernels
} from 'gradfold'
import { rightOf } from '../support/results'
import { collectGarbage } from './contestant'
import { table } from './numbers'
import { failures } from './soakFailures'

const MEBIBYTE = 1048576
const FEATURES = 4
const CLASSES = 2
const BATCH = 16
/** Steps after which nothing may grow. */
const SETTLED = 1_000
const BETWEEN_FAILURES = 10

interface Reading {
  readonly steps: number
  readonly failed: number
  readonly loss: number
  /** Live tensors and the bytes of their numbers. */
  readonly tensors: number
  readonly bytes: number
  /** WebAssembly's memory, JavaScript's heap after a collection, and all that the process has, in bytes. */
  readonly reserved: number
  readonly heapUsed: number
  readonly rss: number
}

const { values: options } = parseArgs({
  options: { steps: { type: 'string', default: '100000' }, json: { type: 'boolean', default: false } }
})
const steps = Number(options.steps)
if (!Number.isSafeInteger(steps) || steps < SETTLED) throw new Error(`--steps is a whole number from ${SETTLED} up`)

// Small, so that one of the failures can fill it.
const kernels = wasmKernels({ memoryLimit: 64 * MEBIBYTE })

const network = (tape: Tape) =>
  sequential(
    tape,
    (at) => linear(at, FEATURES, 8),
    activation('relu'),
    (at) => linear(at, 8, CLASSES)
  )

/** Is the sum of an example's numbers above 2? */
const examples = (step: number): { readonly x: Float32Array; readonly labels: Int32Array } => {
  const x = Float32Array.from({ length: BATCH * FEATURES }, (_, i) => ((step * 31 + i * 17) % 101) / 101)
  const labels = Int32Array.from({ length: BATCH }, (_, row) => {
    const example = x.subarray(row * FEATURES, (row + 1) * FEATURES)
    return example.reduce((sum, value) => sum + value, 0) > FEATURES / 2 ? 1 : 0
  })
  return { x, labels }
}

const optimizer = adam()
const lossOf = (step: number) => (tape: Tape, model: Layer) => {
  const { x, labels } = examples(step)
  return pipe(
    constant(tape, { shape: [BATCH, FEATURES], values: x }),
    andThen((at, input) => forward(at, model, input)),
    andThen((at, scores) => softmaxCrossEntropy(at, scores, labels))
  )
}

const soak = (): ReadonlyArray<Reading> => {
  let state = startTraining<Layer>(rightOf(network(startTape(kernels, { seed: 7 }))))
  const readings: Reading[] = []
  let failed = 0
  for (let step = 1; step <= steps; step++) {
    const next = rightOf(trainingStep(state, optimizer, lossOf(step)))
    release(state.value, next.value)
    state = next
    if (step % BETWEEN_FAILURES === 0) {
      const fail = failures[failed % failures.length]!
      fail(state)
      failed++
    }
    if (step === SETTLED || (step > SETTLED && step % Math.ceil(steps / 10) === 0)) {
      collectGarbage()
      const { heapUsed, rss } = process.memoryUsage()
      const reserved = kernels.reserved?.() ?? NaN
      readings.push({ steps: step, failed, loss: state.value.loss, ...memory(kernels), reserved, heapUsed, rss })
    }
  }
  return readings
}

const mebibytes = (bytes: number): string => (bytes / MEBIBYTE).toFixed(1)

const began = performance.now()
const readings = soak()
const seconds = (performance.now() - began) / 1000
if (options.json) console.log(JSON.stringify({ seconds, readings }, null, 2))
else {
  console.log(
    table([
      ['steps', 'failures', 'loss', 'tensors', 'their bytes', 'wasm MiB', 'JS heap MiB', 'rss MiB'],
      ...readings.map((reading) => [
        reading.steps.toLocaleString('en'),
        reading.failed.toLocaleString('en'),
        reading.loss.toFixed(4),
        `${reading.tensors}`,
        `${reading.bytes}`,
        mebibytes(reading.reserved),
        mebibytes(reading.heapUsed),
        mebibytes(reading.rss)
      ])
    ])
  )
  console.log(`\n${seconds.toFixed(1)} s`)
}
const [first] = readings
const grown = readings.filter(({ tensors, reserved }) => tensors !== first!.tensors || !(reserved <= first!.reserved))
if (grown.length > 0) {
  console.error(`memory was left behind: ${grown.length} of ${readings.length} readings differ from the first`)
  process.exitCode = 1
}
