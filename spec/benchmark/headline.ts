/**
 * The headline benchmark: 784-128 without bias, batch norm, relu, 64, relu, dropout 0.2, 10; RMSprop 1e-3 with alpha 0.99,
 * batches of 128. `npm run compile:bench`, then `node --expose-gc spec/.generated/benchmark/headline.js --backend wasm`.
 *
 * Prints one line of JSON. An epoch's time holds the gathering of the batches, all steps and the reading of every loss; the
 * first `--warmup` epochs train, but are not counted. `--check K --dropout 0` prints the losses of the first K steps.
 */
import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { memory, tensorflowKernels, wasmKernels } from 'gradfold'
import { rightOf } from '../support/results'
import { headlineData, headlineOrder, PIXELS } from './headlineData'
import { startHeadline } from './headlineStep'
import { median } from './numbers'

const DEFAULTS = {
  backend: 'wasm',
  epochs: '3',
  warmup: '1',
  batch: '128',
  samples: '33600',
  tests: '8400',
  seed: '7',
  dropout: '0.2',
  data: 'synthetic',
  check: '0'
}

const options = Object.entries(DEFAULTS).map(([name, value]) => [name, { type: 'string', default: value }] as const)
const { values } = parseArgs({ options: Object.fromEntries(options) })
const text = (name: keyof typeof DEFAULTS): string => String(values[name])
const number = (name: keyof typeof DEFAULTS): number => {
  const value = Number(text(name))
  if (Number.isFinite(value) && value >= 0) return value
  throw new Error(`--${name} is a number from 0 up, not ${text(name)}`)
}
if (text('data') !== 'synthetic') throw new Error(`--data is synthetic here, not ${text('data')}`)

const round = (value: number, digits: number): number => Number(value.toFixed(digits))
const sum = (numbers: ReadonlyArray<number>): number => numbers.reduce((total, value) => total + value, 0)

const kernels = text('backend') === 'tensorflow' ? rightOf(tensorflowKernels()) : wasmKernels()
const [samples, batch, seed] = [number('samples'), number('batch'), number('seed')]
const { train, test } = headlineData(samples, number('tests'), seed)
const network = startHeadline(kernels, seed, number('dropout'))

const gathered = new Float32Array(batch * PIXELS)
const step = (indices: Int32Array): number => {
  indices.forEach((index, i) => gathered.set(train.images.subarray(index * PIXELS, (index + 1) * PIXELS), i * PIXELS))
  const labels = new Int32Array(indices.length)
  indices.forEach((index, i) => (labels[i] = train.labels[index]!))
  return network.step(gathered.subarray(0, indices.length * PIXELS), labels)
}

/** The order of an epoch, in batches; the last one may be shorter. */
const batches = (epoch: number): ReadonlyArray<Int32Array> => {
  const order = headlineOrder(samples, seed, epoch)
  return Array.from({ length: Math.ceil(samples / batch) }, (_, i) => order.subarray(i * batch, (i + 1) * batch))
}

const accuracy = (): number => {
  const size = 1200
  const parts = Array.from({ length: Math.ceil(test.labels.length / size) }, (_, i) => {
    const labels = test.labels.subarray(i * size, (i + 1) * size)
    const guesses = network.predict(test.images.subarray(i * size * PIXELS, (i * size + labels.length) * PIXELS))
    return guesses.filter((guess, k) => guess === labels[k]).length
  })
  return sum(parts) / test.labels.length
}

const report = (): object => {
  const seconds: number[] = []
  const processor: number[] = []
  let loss = NaN
  let before = memory(kernels).tensors
  for (let epoch = 0; epoch < number('warmup') + number('epochs'); epoch++) {
    const all = batches(epoch)
    global.gc?.()
    const cpu = process.cpuUsage()
    const began = performance.now()
    const losses = all.map((indices) => step(indices) * indices.length)
    const elapsed = (performance.now() - began) / 1000
    const { user, system } = process.cpuUsage(cpu)
    loss = sum(losses) / samples
    if (epoch >= number('warmup')) {
      seconds.push(elapsed)
      processor.push((user + system) / 1e6)
    } else {
      before = memory(kernels).tensors
    }
  }
  const leaked = memory(kernels).tensors - before
  return {
    epochSeconds: round(median(seconds), 4),
    stepMs: round((1000 * median(seconds)) / Math.ceil(samples / batch), 4),
    finalTrainLoss: round(loss, 4),
    testAccuracy: round(accuracy(), 4),
    peakRssMB: Math.round(process.resourceUsage().maxRSS / 1024),
    tensorsLeaked: leaked,
    epochCpuSeconds: round(median(processor), 4),
    epochs: seconds.map((value) => round(value, 4)),
    threads: 1,
    load1: round(loadavg()[0]!, 2),
    device: kernels.device,
    cores: cpus().length
  }
}

const checked = number('check')
const name = 'gradfold'
const backend = text('backend') === 'tensorflow' ? 'tensorflow-cpu' : 'wasm-simd'
console.log(
  JSON.stringify(
    checked > 0
      ? {
          name,
          check: batches(0)
            .slice(0, checked)
            .map((indices) => round(step(indices), 6))
        }
      : { name, backend, ...report(), versions: { node: process.versions.node } }
  )
)
