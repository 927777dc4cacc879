/** Gradients that are recorded: of any plain value, again and again. Values by hand. */
import {
  backward,
  constant,
  exp,
  forward,
  gradient,
  linear,
  mul,
  neg,
  parameter,
  parameters,
  referenceKernels,
  type Run,
  sequential,
  square,
  sum,
  type Tape,
  toArray,
  trace,
  type Variable
} from 'gradfold'
import { gradientFor, numbersOf } from '../support/numbers'
import { namedKernels } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { rightOf } from '../support/results'

describe.each(namedKernels())('gradient on %s', (_name, kernels) => {
  it('of x^4 is 4 x^3, 12 x^2, 24 x and 24', () => {
    onTape(kernels, (start) => {
      const { value } = rightOf(
        trace(start, function* (run) {
          const x = yield* run(parameter, [1, 2, -3])
          const derivatives = [yield* run(square, yield* run(square, x))]
          for (let order = 0; order < 4; order++) {
            const total: Variable = yield* run(sum, derivatives[order]!)
            derivatives.push(yield* run(gradient, total, x))
          }
          return derivatives
        })
      )
      expect(value.map((derivative) => numbersOf(derivative))).toEqual([
        [1, 16, 81],
        [4, 32, -108],
        [12, 48, 108],
        [24, 48, -72],
        [24, 24, 24]
      ])
    })
  })

  it('of x^2 y by x, then by y, is 2 x', () => {
    onTape(kernels, (start) => {
      const { value } = rightOf(
        trace(start, function* (run) {
          const x = yield* run(parameter, 3)
          const y = yield* run(parameter, 5)
          const first = yield* run(gradient, yield* run(mul, yield* run(square, x), y), { x, y })
          const mixed = yield* run(gradient, first.x, y)
          return [first.x, first.y, mixed]
        })
      )
      expect(value.map((derivative) => numbersOf(derivative))).toEqual([[30], [9], [6]])
    })
  })

  it('is there for backward: the penalty of a slope', () => {
    // The slope of w^2 x by x is w^2, its square w^4, and that by w is 4 w^3.
    onTape(kernels, (start) => {
      const { tape, value } = rightOf(
        trace(start, function* (run) {
          const w = yield* run(parameter, [1, 2])
          const x = yield* run(constant, [10, 20])
          const y = yield* run(sum, yield* run(mul, yield* run(square, w), x))
          const slope = yield* run(gradient, y, x)
          return { w, penalty: yield* run(sum, yield* run(square, slope)) }
        })
      )
      const gradients = rightOf(backward(tape, value.penalty))
      expect(Array.from(gradientFor(gradients, value.w).values)).toEqual([4, 32])
    })
  })
})

const cubes = function* (run: Run) {
  const x = yield* run(parameter, [1, 2])
  const y = yield* run(constant, [3, 4])
  const product = yield* run(mul, x, y)
  return { x, y, product, loss: yield* run(sum, yield* run(square, product)) }
}

describe('wrt', () => {
  const onCubes = (
    body: (tape: Tape, values: { x: Variable; y: Variable; product: Variable; loss: Variable }) => void
  ): void =>
    onTape(referenceKernels(), (start) => {
      const { tape, value } = rightOf(trace(start, cubes))
      body(tape, value)
    })

  it('may be a record, an array, a map, and any of them inside another', () => {
    onCubes((tape, { x, y, product, loss }) => {
      const wrt = { parts: [x, y], inner: { y }, by: new Map([['product', product]]), name: 'kept', count: 2 }
      const { value } = rightOf(gradient(tape, loss, wrt))
      expect(value).toMatchObject({ name: 'kept', count: 2 })
      // 2 x y^2, 2 y x^2, 2 x y.
      expect(value.parts.map((part) => numbersOf(part))).toEqual([
        [18, 64],
        [6, 32]
      ])
      expect(value.inner.y).toBe(value.parts[1])
      expect(numbersOf(value.by.get('product')!)).toEqual([6, 16])
    })
  })

  it('may be constants and intermediate values, and the loss', () => {
    onCubes((tape, { y, product, loss }) => {
      expect(numbersOf(rightOf(gradient(tape, loss, y)).value)).toEqual([6, 32])
      expect(numbersOf(rightOf(gradient(tape, loss, product)).value)).toEqual([6, 16])
      expect(numbersOf(rightOf(gradient(tape, loss, loss)).value)).toEqual([1])
    })
  })

  it('may name one variable twice', () => {
    onCubes((tape, { x, loss }) => {
      const { value } = rightOf(gradient(tape, loss, [x, x]))
      expect(value[0]).toBe(value[1])
    })
  })

  it('may hold no variable at all', () => {
    onCubes((tape, { loss }) => {
      const wrt = { rate: 0.1 }
      expect(rightOf(gradient(tape, loss, wrt)).value).toBe(wrt)
    })
  })

  it('may be a model, and is a model again', () => {
    onTape(referenceKernels(), (start) => {
      const { tape, value } = rightOf(
        trace(start, function* (run) {
          const model = yield* run(
            sequential,
            (at: Tape) => linear(at, 2, 3),
            (at: Tape) => linear(at, 3, 1, { bias: false })
          )
          const x = yield* run(constant, [
            [1, 2],
            [3, 4]
          ])
          const loss = yield* run(sum, yield* run(square, yield* run(forward, model, x)))
          return { model, loss, slopes: yield* run(gradient, loss, model) }
        })
      )
      const { model, loss, slopes } = value
      expect(slopes).toMatchObject({ _tag: 'Sequential' })
      const gradients = rightOf(backward(tape, loss))
      const expected = parameters(model).map(({ path, variable }) => ({
        path,
        gradient: gradientFor(gradients, variable)
      }))
      const actual = parameters(slopes).map(({ path, variable }) => ({ path, gradient: numbersOf(variable) }))
      expect(actual).toEqual(expected.map(({ path, gradient: { values } }) => ({ path, gradient: Array.from(values) })))
    })
  })
})

describe('the tape', () => {
  it('has all that was there, and then what the derivative did', () => {
    onTape(referenceKernels(), (start) => {
      const { tape, value } = rightOf(trace(start, cubes))
      const { value: slope, tape: later } = rightOf(gradient(tape, value.loss, value.x))
      expect(toArray(later).slice(0, tape.length)).toEqual(toArray(tape))
      const added = toArray(later).slice(tape.length)
      // From the 1 that it starts with to the product with y.
      expect(added[0]).toMatchObject({ operation: 'fill', shape: [] })
      expect(added.at(-1)).toMatchObject({ operation: 'mul', shape: [2] })
      expect(slope.index).toBe(later.length - 1)
      expect(slope).toMatchObject({ shape: [2], dtype: 'float32', needsGradient: true })
    })
  })

  it('keeps the upstream gradient as it is', () => {
    onTape(referenceKernels(), (start) => {
      const { value } = rightOf(
        trace(start, function* (run) {
          const x = yield* run(parameter, [1, 2])
          const y = yield* run(square, x)
          const upstream = yield* run(parameter, [10, 1])
          const slope = yield* run(gradient, y, x, { upstream })
          const same = yield* run(gradient, y, y, { upstream })
          // Twice 2 x: the gradient is linear in what comes from above.
          const by = yield* run(gradient, yield* run(sum, slope), upstream)
          return { upstream, slope, same, by }
        })
      )
      expect(numbersOf(value.slope)).toEqual([20, 4])
      expect(value.same).toBe(value.upstream)
      expect(numbersOf(value.by)).toEqual([2, 4])
    })
  })

  it('goes on from a loss further down', () => {
    onTape(referenceKernels(), (start) => {
      const { tape, value } = rightOf(trace(start, cubes))
      const later = rightOf(exp(tape, value.loss))
      expect(numbersOf(rightOf(gradient(later.tape, value.loss, value.x)).value)).toEqual([18, 64])
    })
  })

  it('of 100,000 entries does not overflow the stack', () => {
    onTape(referenceKernels(), (start) => {
      const { tape: first, value: x } = rightOf(parameter(start, 1))
      let [tape, y] = [first, x]
      for (let i = 0; i < 100_000; i++) ({ tape, value: y } = rightOf(neg(tape, y)))
      expect(numbersOf(rightOf(gradient(tape, y, x)).value)).toEqual([1])
    })
  })
})
