/** The moving average of weights; spec/golden holds it against PyTorch's. */
import fc from 'fast-check'
import {
  buffer,
  constant,
  freeze,
  linear,
  memory,
  movingAverage,
  named,
  parameter,
  parameters,
  read,
  referenceKernels,
  release,
  startTape,
  stateOf,
  type Tape,
  trace,
  type Variable,
  wasmKernels
} from 'gradfold'
import { everyFault } from '../support/everyFault'
import { namedKernels } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { numbersOf } from '../support/numbers'
import { leftOf, rightOf } from '../support/results'
import { runs } from '../support/runs'

interface Model {
  readonly inner: { readonly weight: Variable }
  readonly mean: Variable
  readonly table: Variable
  readonly rate: number
}

const modelOf = (tape: Tape, weight: ReadonlyArray<number>, mean: number) =>
  trace(tape, function* (run) {
    const model: Model = {
      inner: { weight: yield* run(parameter, weight, { name: 'weight' }) },
      mean: yield* run(buffer, mean),
      table: yield* run(constant, Int32Array.of(1, 2)),
      rate: 3
    }
    return model
  })

describe.each(namedKernels())('on %s', (_, kernels) => {
  it('averages parameters, takes all else from the model, and shares nothing', () => {
    onTape(kernels, (start) => {
      const average = rightOf(modelOf(start, [4, 8], 1))
      const model = rightOf(modelOf(average.tape, [0, 4], 2))
      const live = memory(kernels).tensors
      const next = rightOf(movingAverage(model.tape, average.value, model.value, { decay: 0.75 }))
      expect(memory(kernels).tensors - live).toBe(3)
      expect(next.tape.length).toBe(model.tape.length + 3)
      expect([average, model].map(({ value }) => numbersOf(value.inner.weight))).toEqual([
        [4, 8],
        [0, 4]
      ])
      release([average.value, model.value])
      const { inner, mean, table, rate } = next.value
      expect([inner.weight, mean, table].map(numbersOf)).toEqual([[3, 7], [2], [1, 2]])
      expect(rate).toBe(3)
      expect(stateOf(next.value).map(({ path, kind }) => [path, kind])).toEqual([
        ['inner.weight', 'parameter'],
        ['mean', 'buffer']
      ])
      expect([table.dtype, table.needsGradient, inner.weight.path]).toEqual(['int32', false, 'weight'])
    })
  })

  it('with a decay of 0 is the model, and of 1 the average, to the bit', () => {
    onTape(kernels, (start) => {
      const average = rightOf(modelOf(start, [0.1, -7.3], 1))
      const model = rightOf(modelOf(average.tape, [0.3, 1e-3], 2))
      const [first, last] = [0, 1].map((decay) =>
        numbersOf(rightOf(movingAverage(model.tape, average.value, model.value, { decay })).value.inner.weight)
      )
      expect(first).toEqual(numbersOf(model.value.inner.weight))
      expect(last).toEqual(numbersOf(average.value.inner.weight))
    })
  })
})

it('after n steps from a to the same b is b + decay^n (a - b)', () => {
  const numbers = fc.double({ min: -10, max: 10, noNaN: true })
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), numbers, numbers, fc.nat(8), (decay, a, b, count) => {
      onTape(referenceKernels(), (start) => {
        const model = rightOf(parameter(start, b))
        let average = rightOf(parameter(model.tape, a))
        for (let i = 0; i < count; i++) {
          average = rightOf(movingAverage(average.tape, average.value, model.value, { decay }))
        }
        expect(numbersOf(average.value)[0]).toBeCloseTo(b + decay ** count * (a - b), 10)
      })
    }),
    { numRuns: runs(50) }
  )
})

it('takes frozen parameters from the model, and what is in two places once', () => {
  onTape(referenceKernels(), (start) => {
    const { value, tape } = rightOf(
      trace(start, function* (run) {
        const weight = yield* run(parameter, 2)
        const fixed = yield* run(freeze, yield* run(parameter, 5))
        return { first: weight, again: weight, fixed }
      })
    )
    const next = rightOf(movingAverage(tape, value, value, { decay: 0.5 })).value
    expect(next.again).toBe(next.first)
    expect(stateOf(next).map(({ path, kind }) => [path, kind])).toEqual([
      ['first', 'parameter'],
      ['fixed', 'frozen']
    ])
    expect(numbersOf(next.fixed)).toEqual([5])
  })
})

it('takes an average of another tape, whose model has gone', () => {
  onTape(referenceKernels(), (start) => {
    const average = rightOf(linear(start, 2, 1))
    const model = rightOf(linear(startTape(start.kernels, { seed: 1 }), 2, 1))
    const next = rightOf(movingAverage(model.tape, average.value, model.value))
    expect(parameters(next.value).map(({ path }) => path)).toEqual(['weight', 'bias'])
    expect(rightOf(read(next.value.weight)).shape).toEqual([1, 2])
  })
})

describe('refuses', () => {
  it.each([-0.1, 1.1, NaN])('the decay %p', (decay) => {
    onTape(referenceKernels(), (start) => {
      const { value, tape } = rightOf(modelOf(start, [1], 1))
      const error = leftOf(named(tape, 'here', (at) => movingAverage(at, value, value, { decay })))
      expect(error).toMatchObject({
        _tag: 'InvalidArgument',
        operation: 'movingAverage',
        argument: 'decay',
        path: 'here'
      })
    })
  })

  it('an average of another model', () => {
    onTape(referenceKernels(), (start) => {
      const one = rightOf(parameter(start, [1]))
      const two = rightOf(parameter(one.tape, [1, 2]))
      expect(leftOf(movingAverage<unknown>(two.tape, { a: one.value }, { b: two.value }))).toMatchObject({
        _tag: 'InvalidArgument',
        argument: 'average',
        value: 'b'
      })
      expect(leftOf(movingAverage(two.tape, one.value, two.value))).toMatchObject({
        _tag: 'ShapeMismatch',
        shapes: [[1], [2]]
      })
    })
  })

  it('what was released, a model of another tape, and an average of other kernels', () => {
    onTape(referenceKernels(), (start) => {
      const { value, tape } = rightOf(parameter(start, [1]))
      const other = rightOf(parameter(tape, [1]))
      release(value)
      expect(leftOf(movingAverage(other.tape, value, other.value))).toMatchObject({ _tag: 'Released' })
      expect(leftOf(movingAverage(other.tape, other.value, value))).toMatchObject({ _tag: 'Released' })
      expect(leftOf(movingAverage(start, other.value, other.value))).toMatchObject({ _tag: 'ForeignVariable' })
      onTape(wasmKernels(), (elsewhere) => {
        const foreign = rightOf(parameter(elsewhere, [1])).value
        expect(leftOf(movingAverage(other.tape, foreign, other.value))).toMatchObject({ _tag: 'ForeignVariable' })
      })
    })
  })
})

it('leaves nothing where a kernel fails', () => {
  const reports = everyFault(referenceKernels(), {
    prepare: (tape) => {
      const average = rightOf(modelOf(tape, [1, 2], 1))
      const model = rightOf(modelOf(average.tape, [3, 4], 2))
      return { value: { average: average.value, model: model.value }, tape: model.tape }
    },
    attempt: (tape, { average, model }) => movingAverage(tape, average, model)
  })
  expect(reports.map(({ operation }) => operation)).toEqual(['fill', 'fill', 'mul', 'mul', 'add', 'reshape', 'reshape'])
})
