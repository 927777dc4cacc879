/**
 * What a network costs while it runs: every operation and every backward observed, gathered in a histogram, and written as
 * text for Prometheus. `npx tsx docs/examples/telemetry.ts`.
 */
import { isLeft } from 'fp-ts/Either'
import {
  backward,
  constant,
  gradientOf,
  histogram,
  lift,
  linear,
  linearForward,
  mseLoss,
  observe,
  relu,
  show,
  startTape,
  trace,
  wasmKernels
} from 'gradfold'
import { prometheus } from 'gradfold/prometheus'

const { listener: count, rows } = histogram()
const { listener: measure, text } = prometheus()
// Kernels that nobody observes pay nothing: the listeners are in these.
const kernels = observe(observe(wasmKernels(), count), measure)

const result = trace(startTape(kernels, { seed: 7 }), function* (run) {
  const layer = yield* run(linear, 2, 3) // Xavier uniform, and a bias of zeros
  const x = yield* run(constant, [
    [1, 2],
    [3, 4],
    [5, 6]
  ])
  const y = yield* run(relu, yield* run(linearForward, layer, x))
  const target = yield* run(constant, [
    [1, 0, 0],
    [1, 0, 0],
    [1, 0, 0]
  ])
  const loss = yield* run(mseLoss, y, target)
  const gradients = yield* run((tape) => lift(tape, backward(tape, loss)))

  // The bias is broadcast over three examples: its gradient is their sum.
  const z = yield* run(linearForward, layer, x)
  const ones = yield* run(constant, [
    [1, 0, 0],
    [1, 0, 0],
    [1, 0, 0]
  ])
  const summed = yield* run((tape) => lift(tape, backward(tape, z, { upstream: ones })))
  return { layer, loss, gradients, summed }
})

const main = async (): Promise<void> => {
  if (isLeft(result)) {
    console.error(show(result.left))
    process.exitCode = 1
    return
  }
  const { layer, loss, gradients, summed } = result.right.value
  console.log('loss            ', show(loss))
  console.log('dL/dW           ', show(gradientOf(gradients, layer.weight)))
  if (layer.bias) console.log('bias, broadcast ', show(gradientOf(summed, layer.bias)))

  // Errors are values, too.
  const refused = trace(startTape(kernels), function* (run) {
    return yield* run(linearForward, yield* run(linear, 4, 2), yield* run(constant, [[1, 2, 3]]))
  })
  console.log('a mistake       ', show(refused))

  console.log('\nwhat            count   microseconds     bytes')
  for (const { kind, name, count: times, median, bytes } of rows()) {
    const what = kind === 'derivative' ? `${name}'` : name
    console.log(
      `${what.padEnd(16)}${`${times}`.padStart(5)}   ${median.toFixed(1).padStart(12)}  ${`${bytes}`.padStart(8)}`
    )
  }
  const metrics = (await text()).split('\n')
  console.log(
    `\n${metrics.filter((line) => /^gradfold_(operations_total|backward_.*_(sum|count))/.test(line)).join('\n')}`
  )
}

void main()
