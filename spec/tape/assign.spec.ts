import {
  assign,
  backward,
  buffer,
  constant,
  current,
  gradientOf,
  mul,
  parameter,
  read,
  release,
  renew,
  scope,
  settle
} from 'gradfold'
import { startTape, sum, toArray, trace, type Variable, wasmKernels } from 'gradfold'
import { isNone } from 'fp-ts/Option'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { leftOf, rightOf } from '../support/results'

const numbers = (x: Variable): ReadonlyArray<number> => [...rightOf(read(x)).values]

describe.each(kernelSets)('assign on $name', ({ create }) => {
  it('is an entry; the buffer and the model stay, settle gives another model', () => {
    onTape(create(), (tape) => {
      const { value, tape: after } = rightOf(
        trace(tape, function* (run) {
          const model = { seen: yield* run(buffer, [1, 2]), other: yield* run(buffer, 7), name: 'model' }
          yield* run(assign, model.seen, yield* run(constant, [3, 4]))
          return { model, settled: yield* run(settle, model) }
        })
      )
      expect(numbers(value.model.seen)).toEqual([1, 2])
      expect(numbers(value.settled.seen)).toEqual([3, 4])
      expect(value.settled.other).toBe(value.model.other)
      expect(value.settled.name).toBe('model')
      expect(toArray(after).map(({ operation }) => operation)).toEqual([
        'buffer',
        'buffer',
        'constant',
        'assign',
        'buffer'
      ])
      release(value.model.seen)
      expect(numbers(value.settled.seen)).toEqual([3, 4])
    })
  })

  it('goes on from the last value, on each branch from its own', () => {
    onTape(create(), (tape) => {
      const made = rightOf(buffer(tape, [1]))
      const doubled = (at: typeof tape) =>
        trace(at, function* (run) {
          return yield* run(assign, made.value, yield* run(mul, yield* run(current, made.value), 2))
        })
      const once = rightOf(doubled(made.tape))
      const twice = rightOf(doubled(once.tape))
      const other = rightOf(doubled(once.tape))
      expect(numbers(rightOf(current(twice.tape, made.value)).value)).toEqual([4])
      expect(numbers(rightOf(current(other.tape, made.value)).value)).toEqual([4])
      expect(numbers(rightOf(settle(once.tape, made.value)).value)).toEqual([2])
      expect(rightOf(settle(made.tape, made.value)).value).toBe(made.value)
    })
  })

  it('lets no gradient through, and stays a buffer where it leaves a scope', () => {
    onTape(create(), (tape) => {
      const traced = rightOf(
        trace(tape, function* (run) {
          const x = yield* run(parameter, [2, 3])
          const running = yield* run(buffer, [0, 0])
          const stored = yield* run(assign, running, yield* run(mul, x, 5))
          return { x, loss: yield* run(sum, yield* run(mul, stored, x)) }
        })
      )
      const gradients = rightOf(backward(traced.tape, traced.value.loss))
      const gradient = gradientOf(gradients, traced.value.x)
      expect(isNone(gradient)).toBe(false)
      if (!isNone(gradient)) expect([...rightOf(read(gradient.value)).values]).toEqual([10, 15])
      for (const leave of [scope, renew]) {
        const left = rightOf(leave(tape, (inner) => buffer(inner, [1])))
        expect(toArray(left.tape).at(-1)?.operation).toBe('buffer')
      }
    })
  })
})

describe('assign refuses', () => {
  const tape = startTape(wasmKernels())
  const made = rightOf(buffer(tape, [1, 2]))
  const refused = (target: Variable, value: Variable): unknown => leftOf(assign(made.tape, target, value))

  it('what is no buffer, another shape, another dtype, and strangers', () => {
    const { value } = rightOf(
      trace(made.tape, function* (run) {
        const whole = yield* run(constant, [1, 2], { dtype: 'int32' })
        return { x: yield* run(parameter, [1, 2]), long: yield* run(constant, [1, 2, 3]), whole }
      })
    )
    const at = rightOf(parameter(made.tape, [1, 2]))
    expect(leftOf(assign(at.tape, at.value, made.value))).toMatchObject({ _tag: 'InvalidArgument', argument: 'buffer' })
    const long = rightOf(constant(made.tape, [1, 2, 3]))
    expect(leftOf(assign(long.tape, made.value, long.value))).toMatchObject({
      _tag: 'ShapeMismatch',
      shapes: [[2], [3]]
    })
    const whole = rightOf(constant(made.tape, [1, 2], { dtype: 'int32' }))
    expect(leftOf(assign(whole.tape, made.value, whole.value))).toMatchObject({
      _tag: 'DtypeError',
      dtypes: ['float32', 'int32']
    })
    expect(refused(made.value, value.x)).toMatchObject({ _tag: 'ForeignVariable' })
    expect(leftOf(current(tape, made.value))).toMatchObject({
      _tag: 'ForeignVariable',
      operation: 'current',
      shapes: [[2]]
    })
    expect(leftOf(settle(tape, { made: made.value }))).toMatchObject({
      _tag: 'ForeignVariable',
      operation: 'settle',
      shapes: [[2]]
    })
  })

  it('a value that was released, in settle', () => {
    const value = rightOf(constant(made.tape, [5, 6]))
    const stored = rightOf(assign(value.tape, made.value, value.value))
    release(stored.value)
    expect(leftOf(settle(stored.tape, [made.value]))).toMatchObject({
      _tag: 'Released',
      operation: 'settle',
      shapes: [[2]]
    })
  })
})
