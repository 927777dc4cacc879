import {
  add,
  backward,
  constant,
  evaluation,
  type Gradients,
  gradientOf,
  type Kernels,
  linear,
  lift,
  linearForward,
  memory,
  mseLoss,
  mul,
  named,
  nested,
  neg,
  of,
  parameter,
  parameters,
  release,
  scope,
  show,
  sum,
  type Tape,
  toArray,
  trace,
  uniform
} from 'gradfold'
import { takeKey } from '../../src/tape/tape'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { leftOf, rightOf } from '../support/results'

const live = (kernels: Kernels): number => memory(kernels).tensors

describe.each(kernelSets)('scope on $name', ({ create }) => {
  const kernels = create()

  it('releases what was made inside and is not returned', () => {
    onTape(kernels, (empty) => {
      const outside = rightOf(constant(empty, [1, 2]))
      const { value, tape } = rightOf(
        scope(outside.tape, (inner) =>
          trace(inner, function* (run) {
            const made = yield* run(mul, outside.value, 3)
            yield* run(uniform, [100])
            return { kept: yield* run(neg, made), number: 7, list: ['a'] }
          })
        )
      )
      expect(live(kernels)).toBe(2)
      expect(rightOf(nested(value.kept))).toEqual([-3, -6])
      expect(value).toMatchObject({ number: 7, list: ['a'] })
      expect(toArray(tape).map(({ operation }) => operation)).toEqual(['constant', 'constant'])
      // And the numbers go on being of use.
      expect(rightOf(nested(rightOf(add(tape, value.kept, outside.value)).value))).toEqual([-2, -4])
    })
  })

  it('carries parameters as parameters, what was computed from them detached, data as data', () => {
    onTape(kernels, (empty) => {
      const { value, tape } = rightOf(
        scope(empty, (inner) =>
          trace(inner, function* (run) {
            const weight = yield* run(parameter, [2], { name: 'weight' })
            const x = yield* run(constant, [3])
            return { weight, y: yield* run(mul, weight, x), x, whole: yield* run(parameter, Int32Array.of(4)) }
          })
        )
      )
      expect(
        toArray(tape).map(({ operation, needsGradient, path, inputs }) => [operation, needsGradient, path, inputs])
      ).toEqual([
        ['parameter', true, 'weight', []],
        ['detached', false, '', []],
        ['constant', false, '', []],
        ['parameter', false, '', []]
      ])
      const product = rightOf(mul(tape, value.weight, value.y))
      const gradients = rightOf(backward(product.tape, product.value))
      expect(show(gradientOf(gradients, value.weight))).toBe('[6]')
    })
  })

  it('gives the same variable once, wherever it is in what is returned', () => {
    onTape(kernels, (empty) => {
      const { value, tape } = rightOf(
        scope(empty, (inner) =>
          trace(inner, function* (run) {
            const x = yield* run(constant, [3])
            return { x, again: [x], map: new Map([['x', x]]), set: new Set([x]) }
          })
        )
      )
      expect(tape.length).toBe(1)
      expect(value.again[0]).toBe(value.x)
      expect(value.map.get('x')).toBe(value.x)
      expect(value.set.has(value.x)).toBe(true)
      expect(live(kernels)).toBe(1)
    })
  })

  it('carries gradients, by parameters outside and by parameters that are carried with them', () => {
    onTape(kernels, (empty) => {
      const outside = rightOf(parameter(empty, [3]))
      const { value, tape } = rightOf(
        scope(outside.tape, (inner) =>
          trace(inner, function* (run) {
            const w = yield* run(parameter, [5])
            const hidden = yield* run(parameter, [1])
            const product = yield* run(mul, yield* run(mul, w, outside.value), hidden)
            const loss = yield* run(sum, product)
            const gradients: Gradients = yield* run((at) => lift(at, backward(at, loss)))
            return { w, loss, gradients }
          })
        )
      )
      expect(show(gradientOf(value.gradients, outside.value))).toBe('[5]')
      expect(show(gradientOf(value.gradients, value.w))).toBe('[3]')
      expect(rightOf(nested(value.loss))).toBe(15)
      // Three gradients, w, the loss, and what was there.
      expect(value.gradients.size).toBe(3)
      expect(live(kernels)).toBe(6)
      // The loss is a number now: nothing flows back into the scope.
      expect(leftOf(backward(tape, value.loss))._tag).toBe('NoGradientPath')
    })
  })

  it('carries a whole model', () => {
    onTape(kernels, (empty) => {
      const { value: layer, tape } = rightOf(
        scope(empty, (inner) => named(inner, 'head', (below) => linear(below, 3, 2)))
      )
      expect(live(kernels)).toBe(2)
      expect(toArray(tape).map(({ path }) => path)).toEqual(['head.weight', 'head.bias'])
      expect(parameters(layer).map(({ path }) => path)).toEqual(['weight', 'bias'])
      const x = rightOf(uniform(tape, [4, 3]))
      const y = rightOf(linearForward(x.tape, layer, x.value))
      const loss = rightOf(mseLoss(y.tape, y.value, y.value))
      expect(rightOf(backward(loss.tape, loss.value)).size).toBe(2)
    })
  })

  it('nests: each releases its own', () => {
    onTape(kernels, (empty) => {
      const counts: number[] = []
      const { value } = rightOf(
        scope(empty, (middle) =>
          trace(middle, function* (run) {
            const a = yield* run(uniform, [4])
            const b = yield* run((tape) =>
              scope(tape, (inner) =>
                trace(inner, function* (again) {
                  yield* again(uniform, [5])
                  const c = yield* again(mul, a, 2)
                  counts.push(live(kernels))
                  return c
                })
              )
            )
            counts.push(live(kernels))
            return yield* run(add, b, a)
          })
        )
      )
      counts.push(live(kernels))
      // a, the drawn, the 2, the product; then a and the product; then the sum.
      expect(counts).toEqual([4, 2, 1])
      expect(value.shape).toEqual([4])
    })
  })

  it('goes on with the random key, and keeps path and mode of the tape outside', () => {
    onTape(kernels, (empty) => {
      const { tape } = rightOf(scope(empty, (inner) => uniform(evaluation(inner), [2])))
      expect(takeKey(tape).value).toEqual(takeKey(takeKey(empty).tape).value)
      expect(tape.training).toBe(true)
      const drawn = (at: Tape): unknown => rightOf(nested(rightOf(uniform(at, [2])).value))
      expect(drawn(tape)).not.toEqual(drawn(empty))
      const inside = named(empty, 'encoder', (outer) => scope(outer, (inner) => constant(inner, 1, { name: 'x' })))
      expect(toArray(rightOf(inside).tape)[0]?.path).toBe('encoder.x')
    })
  })

  it('refuses to return what was released inside', () => {
    onTape(kernels, (empty) => {
      const result = scope(empty, (inner) => {
        const x = rightOf(constant(inner, [1, 2]))
        release(x.value)
        return of(x.tape, { deep: [x.value] })
      })
      expect(leftOf(result)).toMatchObject({ _tag: 'Released', operation: 'scope', shapes: [[2]] })
      expect(live(kernels)).toBe(0)
    })
  })

  it('takes a result off any fork of its tape', () => {
    onTape(kernels, (empty) => {
      const { value } = rightOf(
        scope(empty, (inner) => {
          const x = rightOf(constant(inner, 2))
          const left = rightOf(mul(x.tape, x.value, 3))
          const right = rightOf(mul(x.tape, x.value, 5))
          return of(right.tape, [left.value, right.value])
        })
      )
      expect(value.map((x) => rightOf(nested(x)))).toEqual([6, 10])
      expect(live(kernels)).toBe(2)
    })
  })
})
