import {
  activation,
  adam,
  add,
  backward,
  constant,
  forward,
  gradientOf,
  type Kernels,
  type Listener,
  linear,
  matmul,
  memory,
  mul,
  named,
  type Observation,
  observe,
  parameter,
  parameters,
  referenceKernels,
  relu,
  scope,
  sequential,
  softmaxCrossEntropy,
  square,
  startTape,
  startTraining,
  sum,
  type Tape,
  trace,
  trainingStep,
  uniform,
  wasmKernels
} from 'gradfold'
import { faultyKernels } from 'gradfold/testing'
import { isSome } from 'fp-ts/Option'
import { namedKernels } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { gradientFor, numbersOf } from '../support/numbers'
import { leftOf, rightOf } from '../support/results'

/** Listens, and keeps what it was told. */
const ears = (): { readonly heard: ReadonlyArray<Observation>; readonly listener: Listener } => {
  const heard: Observation[] = []
  return { heard, listener: (observation) => heard.push(observation) }
}

/** What is the same on every run. */
const timeless = (heard: ReadonlyArray<Observation>): ReadonlyArray<object> =>
  heard.map(({ microseconds, ...rest }) => {
    expect(microseconds).toBeGreaterThanOrEqual(0)
    expect(Number.isFinite(microseconds)).toBe(true)
    return rest
  })

const network = (tape: Tape) =>
  sequential(
    tape,
    (at) => linear(at, 3, 4),
    activation('relu'),
    (at) => linear(at, 4, 2)
  )

/** The loss and all gradients of a small network. */
const pass = (tape: Tape): ReadonlyArray<ReadonlyArray<number>> => {
  const traced = rightOf(
    trace(tape, function* (run) {
      const model = yield* run(network)
      const scores = yield* run(forward, model, yield* run(uniform, [5, 3]))
      const labels = yield* run(constant, Int32Array.of(0, 1, 1, 0, 1))
      return { model, loss: yield* run(softmaxCrossEntropy, scores, labels) }
    })
  )
  const { model, loss } = traced.value
  const gradients = rightOf(backward(traced.tape, loss))
  return [
    numbersOf(loss),
    ...parameters(model).map(({ variable }) => Array.from(gradientFor(gradients, variable).values))
  ]
}

describe.each(namedKernels())('observe on %s', (_name, kernels) => {
  /** How many bytes a float32 takes here. */
  const width = kernels.precision === 'float64' ? 8 : 4

  it('tells of every operation with its layer path, of every derivative, and of backward', () => {
    const { heard, listener } = ears()
    onTape(observe(kernels, listener), (tape) => {
      rightOf(
        trace(tape, function* (run) {
          const layer = yield* run((at) => named(at, 'head', (inner) => linear(inner, 3, 2)))
          const x = yield* run(constant, [
            [1, 2, 3],
            [4, 5, 6]
          ])
          const y = yield* run((at) => named(at, 'head', (inner) => forward(inner, layer, x)))
          const loss = yield* run(sum, y)
          yield* run((at) => named(at, 'after', (inner) => ({ ...scope(inner, (own) => square(own, y)) })))
          return yield* run((at) => {
            rightOf(backward(at, loss))
            return sum(at, y)
          })
        })
      )
    })
    const [xs, ws, ys] = [
      [2, 3],
      [2, 3],
      [2, 2]
    ]
    const product = { name: 'matmul', inputs: [xs, ws], output: ys, path: 'head' }
    const total = { name: 'add', inputs: [ys, [2]], output: ys, path: 'head' }
    const loss = { name: 'sum', inputs: [ys], output: [], path: '' }
    expect(timeless(heard)).toEqual([
      { kind: 'operation', ...product, bytes: 4 * width },
      { kind: 'operation', ...total, bytes: 4 * width },
      { kind: 'operation', ...loss, bytes: width },
      { kind: 'operation', name: 'square', inputs: [ys], output: ys, path: 'after', bytes: 4 * width },
      { kind: 'derivative', ...loss, bytes: 4 * width },
      // Of the product and of the bias; and of the weight alone, for nobody asked for x's.
      { kind: 'derivative', ...total, bytes: 6 * width },
      { kind: 'derivative', ...product, bytes: 6 * width },
      // The sum, the addition, the product, the weight and the bias; not the square.
      { kind: 'backward', entries: 5, path: '' },
      { kind: 'operation', ...loss, bytes: width }
    ])
  })

  it('changes nothing that is computed, to the last bit', () => {
    const plain = onTape(kernels, pass, { seed: 3 })
    const { heard, listener } = ears()
    expect(onTape(observe(kernels, listener), pass, { seed: 3 })).toEqual(plain)
    expect(heard.filter(({ kind }) => kind === 'backward')).toHaveLength(1)
  })

  it('trains to the same parameters, scopes and all', () => {
    const trained = (on: Kernels): ReadonlyArray<number> =>
      onTape(on, (tape) => {
        let state = startTraining(rightOf(network(tape)))
        for (let step = 0; step < 3; step++) {
          state = rightOf(
            trainingStep(state, adam(), (at, model) =>
              trace(at, function* (run) {
                const scores = yield* run(forward, model, yield* run(uniform, [4, 3]))
                return yield* run(sum, yield* run(square, scores))
              })
            )
          )
        }
        return parameters(state.value.model).flatMap(({ variable }) => [...numbersOf(variable)])
      })
    const { heard, listener } = ears()
    expect(trained(observe(kernels, listener))).toEqual(trained(kernels))
    expect(heard.filter(({ kind }) => kind === 'backward')).toHaveLength(3)
  })

  it('tells of no operation that fails', () => {
    const { heard, listener } = ears()
    const faulty = faultyKernels(kernels)
    onTape(observe(faulty.kernels, listener), (tape) => {
      const { tape: at, value: x } = rightOf(parameter(tape, [1, 2]))
      expect(leftOf(matmul(at, x, x))._tag).toBe('DimensionError')
      const loss = rightOf(sum(at, x))
      faulty.failAfter(0)
      expect(leftOf(square(at, x))._tag).toBe('KernelError')
      faulty.failAfter(1)
      expect(leftOf(backward(loss.tape, loss.value))._tag).toBe('KernelError')
    })
    expect(heard.map(({ kind }) => kind)).toEqual(['operation'])
  })
})

describe('observe', () => {
  const start = (kernels: Kernels) => rightOf(parameter(startTape(kernels), [1, -2]))

  it('leaves the kernels that it is given alone', () => {
    const kernels = wasmKernels()
    const { heard, listener } = ears()
    const observed = observe(kernels, listener)
    const { tape, value } = start(kernels)
    rightOf(relu(tape, value))
    expect([kernels.observer, heard]).toEqual([undefined, []])
    expect(memory(observed)).toEqual({ tensors: 2, bytes: 16 })
    expect([observed.name, observed.device, observed.withOwnAllocations().name]).toEqual([
      kernels.name,
      kernels.device,
      kernels.name
    ])
    expect(observed.allocations).toBe(kernels.allocations)
  })

  it.each([
    [
      'a diamond',
      4,
      (tape: Tape) =>
        trace(tape, function* (run) {
          const x = yield* run(parameter, 3)
          const y = yield* run(square, x)
          return yield* run(add, y, yield* run(mul, y, y))
        })
    ],
    [
      'a loss beside which much else was recorded',
      2,
      (tape: Tape) =>
        trace(tape, function* (run) {
          const x = yield* run(parameter, 3)
          yield* run(square, yield* run(relu, x))
          return yield* run(square, x)
        })
    ],
    ['a parameter that is its own loss', 1, (tape: Tape) => parameter(tape, 3)]
  ])('says how many entries a gradient reached: %s', (_what, entries, program) => {
    const { heard, listener } = ears()
    onTape(observe(referenceKernels(), listener), (start) => {
      const { tape, value } = rightOf(program(start))
      expect(isSome(gradientOf(rightOf(backward(tape, value)), value))).toBe(entries === 1)
    })
    expect(heard.at(-1)).toMatchObject({ kind: 'backward', entries })
  })

  it('shows the first exception of a listener as a warning, and goes on', () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
    try {
      let calls = 0
      const kernels = observe(referenceKernels(), () => {
        calls++
        throw new Error(`no disk left ${calls}`)
      })
      const { tape, value } = start(kernels)
      const y = rightOf(relu(tape, value))
      const loss = rightOf(sum(y.tape, y.value))
      expect(Array.from(gradientFor(rightOf(backward(loss.tape, loss.value)), value).values)).toEqual([1, 0])
      expect(calls).toBe(5)
      expect(warn.mock.calls.map(([text]) => String(text))).toEqual([
        expect.stringMatching(/^A listener given to gradfold's observe threw: Error: no disk left 1\n[^]*goes on/)
      ])
    } finally {
      warn.mockRestore()
    }
  })

  it('does not tell a listener of what it computes itself', () => {
    const names: string[] = []
    const kernels: Kernels = observe(referenceKernels(), (observation) => {
      names.push(observation.kind === 'backward' ? 'backward' : observation.name)
      const { tape, value } = start(kernels)
      rightOf(square(tape, value))
    })
    const { tape, value } = start(kernels)
    rightOf(relu(tape, value))
    expect(names).toEqual(['relu'])
  })

  it('tells two listeners, the inner one first, also in a scope', () => {
    const told: string[] = []
    const inner = observe(referenceKernels(), () => told.push('inner'))
    const outer = observe(inner, () => told.push('outer'))
    const both = start(outer)
    rightOf(scope(both.tape, (tape) => relu(tape, both.value)))
    expect(told).toEqual(['inner', 'outer'])
    const one = start(inner)
    rightOf(relu(one.tape, one.value))
    expect(told).toEqual(['inner', 'outer', 'inner'])
  })
})
