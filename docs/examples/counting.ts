/**
 * What layers hold and what they cost: parameters, memory and multiply-adds by batch size, dropout's rules, and throughput
 * as measured here. `npx tsx docs/examples/counting.ts --plot out/throughput.svg`.
 */
import {
  activation,
  constant,
  dropout,
  evaluation,
  fill,
  forward,
  item,
  type Layer,
  lecunNormal,
  lift,
  linear,
  mean,
  parameterCount,
  scope,
  sequential,
  show,
  startTape,
  summary,
  summaryText,
  trace,
  type Traced,
  uniform,
  wasmKernels
} from 'gradfold'
import { plotCurves } from 'gradfold/plot'
import { orExit, settingsOf, start } from './support/program'

const options = settingsOf({ plot: 'out/throughput.svg' })

const BATCHES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]
const MEGA = 1e6

/** Examples in a second, by the median of several passes. */
const throughput = (model: Traced<Layer>, batch: number): number => {
  const pass = (): number => {
    const input = orExit(uniform(evaluation(model.tape), [batch, 784]))
    const began = performance.now()
    orExit(
      scope(input.tape, (tape) =>
        trace(tape, function* (run) {
          const y = yield* run(forward, model.value, input.value)
          return yield* run(lift<number>, item(yield* run(mean, y)))
        })
      )
    )
    return performance.now() - began
  }
  const times = Array.from({ length: 15 }, pass).sort((p, q) => p - q)
  return (1000 * batch) / (times[7] ?? NaN)
}

const main = async (): Promise<void> => {
  const tape = startTape(wasmKernels(), { seed: 7 })
  const dense = orExit(linear(tape, 784, 256, { init: lecunNormal }))
  console.log('784-256        ', parameterCount(dense.value).toLocaleString('en'), 'parameters')
  // A sequential takes a list, or its elements one by one.
  const model = orExit(
    sequential(tape, [
      (at) => linear(at, 784, 256, { init: lecunNormal }),
      activation('relu'),
      dropout({ p: 0.5 }),
      (at) => linear(at, 256, 128, { init: lecunNormal }),
      activation('relu'),
      (at) => linear(at, 128, 10, { init: lecunNormal })
    ])
  )
  const same = orExit(
    sequential(
      tape,
      (at) => linear(at, 784, 256),
      activation('relu'),
      dropout({ p: 0.5 }),
      (at) => linear(at, 256, 128),
      activation('relu'),
      (at) => linear(at, 128, 10)
    )
  )
  console.log('784-256-128-10 ', parameterCount(model.value).toLocaleString('en'), 'parameters')
  console.log('one by one     ', parameterCount(same.value).toLocaleString('en'), 'parameters')

  console.log(`\n${summaryText(orExit(summary(model.value, [32, 784])))}`)

  console.log('\nbatch   parameters MB   activations MB   multiply-adds')
  for (const batch of BATCHES) {
    const { totals } = orExit(summary(model.value, [batch, 784]))
    const cells = [
      `${batch}`.padStart(5),
      (totals.parameterBytes / MEGA).toFixed(3).padStart(15),
      (totals.activationBytes / MEGA).toFixed(3).padStart(16),
      totals.multiplyAdds.toLocaleString('en').padStart(15)
    ]
    console.log(cells.join(' '))
  }

  console.log('\ndropout of ones')
  orExit(
    trace(tape, function* (run) {
      const ones = yield* run(fill, [100, 100], 1)
      for (const p of [0, 0.5, 1]) {
        const kept = yield* run(forward, dropout({ p }), ones)
        console.log(`p = ${p}  mean ${(yield* run(lift<number>, item(yield* run(mean, kept)))).toFixed(2)}`)
      }
      const few = yield* run(forward, dropout({ p: 0.5 }), yield* run(constant, [1, 1, 1, 1, 1, 1, 1, 1]))
      console.log('p = 0.5', show(few))
      return ones
    })
  )
  const passed = trace(evaluation(tape), function* (run) {
    return yield* run(forward, dropout({ p: 0.5 }), yield* run(constant, [1, 2, 3]))
  })
  console.log('in an evaluation', show(passed))

  const points = BATCHES.map((batch): readonly [number, number] => [batch, throughput(model, batch)])
  console.log('\nbatch   examples a second')
  for (const [batch, rate] of points) console.log(`${`${batch}`.padStart(5)} ${rate.toFixed(0).padStart(19)}`)
  const file = orExit(
    await plotCurves(options.plot, {
      title: '784-256-128-10, one thread of WebAssembly',
      xName: 'batch size',
      yName: 'examples a second',
      curves: [{ name: 'forward', points }]
    })
  )
  console.log(`\nthroughput by batch size in ${file}`)
}

start(main)
