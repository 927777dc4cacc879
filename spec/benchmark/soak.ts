/**
 * `npm run soak`: 100,000 training steps of a small network, every other with its state donated, with an operation that fails
 * after every tenth, and the memory that they leave. Ends with status 1, and says why, if tensors or the kernels' memory grow
 * after the first 1,000 steps, or the process from one half of the run to the other (soakVerdict.ts).
 * `npm run soak -- --kernels wasm|tensorflow|reference --steps N --json`.
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
  type Kernels,
  memory,
  referenceKernels,
  release,
  sequential,
  softmaxCrossEntropy,
  startTape,
  startTraining,
  type Tape,
  tensorflowKernels,
  trainingStep,
  wasmKernels
} from 'gradfold'
import { faultyKernels } from 'gradfold/testing'
import { rightOf } from '../support/results'
import { collectGarbage } from './contestant'
import { table } from './numbers'
import { failuresOf } from './soakFailures'
import { halves, mebibytes, measures, type Reading, whatGrew } from './soakVerdict'

const MEBIBYTE = 1048576
const FEATURES = 4
const CLASSES = 2
const BATCH = 16
/** Steps after which nothing may grow. */
const SETTLED = 1_000
const BETWEEN_FAILURES = 10

/** How often memory is read; every tenth reading is printed. */
const READINGS = 100

// WebAssembly's memory is small, so that one of the failures can fill it.
const kernelsOf: Readonly<Record<string, () => Kernels>> = {
  wasm: () => wasmKernels({ memoryLimit: 64 * MEBIBYTE }),
  tensorflow: () => rightOf(tensorflowKernels()),
  reference: referenceKernels
}

const { values: options } = parseArgs({
  options: {
    kernels: { type: 'string', default: 'wasm' },
    steps: { type: 'string', default: '100000' },
    json: { type: 'boolean', default: false }
  }
})
const steps = Number(options.steps)
// Half of fewer readings would be no median.
if (!Number.isSafeInteger(steps) || steps < 10 * SETTLED)
  throw new Error(`--steps is a whole number from ${10 * SETTLED} up`)
const create = kernelsOf[options.kernels]
if (create === undefined)
  throw new Error(`--kernels is one of ${Object.keys(kernelsOf).join(', ')}, not ${options.kernels}`)
const faulty = faultyKernels(create())
const { kernels } = faulty
const failures = failuresOf(faulty, options.kernels === 'wasm')

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
    const donate = step % 2 === 0
    const next = rightOf(trainingStep(state, optimizer, lossOf(step), { donate }))
    if (!donate) release(state.value, next.value)
    state = next
    if (step % BETWEEN_FAILURES === 0) {
      failures[failed % failures.length]!(state, failed)
      failed++
    }
    if (step === SETTLED || (step > SETTLED && step % Math.ceil(steps / READINGS) === 0)) {
      collectGarbage()
      const { heapUsed, heapTotal, rss } = process.memoryUsage()
      const reserved = kernels.reserved?.()
      readings.push({
        steps: step,
        failed,
        loss: state.value.loss,
        ...memory(kernels),
        reserved,
        heapUsed,
        heapTotal,
        rss
      })
    }
  }
  return readings
}

const began = performance.now()
const readings = soak()
const seconds = (performance.now() - began) / 1000
const reasons = whatGrew(readings, steps)
if (options.json) {
  console.log(JSON.stringify({ kernels: options.kernels, device: kernels.device, seconds, reasons, readings }, null, 2))
} else {
  const isShown = ({ steps: at }: Reading, i: number): boolean => i === 0 || at % Math.ceil(steps / 10) === 0
  console.log(`${kernels.device}\n`)
  console.log(
    table([
      ['steps', 'failures', 'loss', 'tensors', 'their bytes', 'kernels MiB', 'JS heap MiB', 'other MiB', 'process MiB'],
      ...readings
        .filter(isShown)
        .map((reading) => [
          reading.steps.toLocaleString('en'),
          reading.failed.toLocaleString('en'),
          reading.loss.toFixed(4),
          `${reading.tensors}`,
          `${reading.bytes}`,
          reading.reserved === undefined ? '-' : mebibytes(reading.reserved),
          mebibytes(reading.heapUsed),
          mebibytes(reading.rss - reading.heapTotal),
          mebibytes(reading.rss)
        ])
    ])
  )
  const medians = measures.map((measure) => {
    const { early, late } = halves(readings, steps, measure)
    return `${measure.what}: ${mebibytes(early)} MiB in the first half, ${mebibytes(late)} in the second (medians)`
  })
  console.log(`\n${medians.join('\n')}`)
  console.log(`\n${seconds.toFixed(1)} s`)
}
if (reasons.length > 0) {
  console.error(`memory was left behind.\n${reasons.join('\n')}`)
  process.exitCode = 1
}
