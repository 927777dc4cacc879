import fc from 'fast-check'
import {
  backward,
  constant,
  detach,
  exp,
  type Gradients,
  gradientOf,
  item,
  type Kernels,
  lift,
  linear,
  linearForward,
  memory,
  mul,
  nested,
  parameter,
  read,
  relu,
  release,
  reshape,
  show,
  sum,
  toArray,
  trace,
  uniform
} from 'gradfold'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { leftOf, rightOf } from '../support/results'
import { runs } from '../support/runs'

const live = (kernels: Kernels): number => memory(kernels).tensors

describe.each(kernelSets)('release on $name', ({ create }) => {
  const kernels = create()

  it('frees all that a plain value holds, and no more', () => {
    onTape(kernels, (empty) => {
      const { value } = rightOf(
        trace(empty, function* (run) {
          const a = yield* run(constant, [1])
          const b = yield* run(constant, [2])
          return { model: { deep: [a, new Set([b])] }, other: yield* run(constant, [3]), a }
        })
      )
      release(value.model)
      expect(live(kernels)).toBe(1)
      expect(leftOf(read(value.a))._tag).toBe('Released')
      expect(rightOf(nested(value.other))).toEqual([3])
      // Again, and of nothing: no harm.
      release(value.model)
      release(value)
      release(value)
      release(undefined)
      release('text')
      expect(live(kernels)).toBe(0)
    })
  })

  it('spares what is in keep', () => {
    onTape(kernels, (empty) => {
      const { value } = rightOf(
        trace(empty, function* (run) {
          return [yield* run(constant, 1), yield* run(constant, 2), yield* run(constant, 3)] as const
        })
      )
      const [a, b, c] = value
      release({ all: [a, b, c] }, { kept: b })
      expect(live(kernels)).toBe(1)
      expect(rightOf(item(b))).toBe(2)
      release(a, a)
      release([b], new Map([['b', b]]))
      expect(rightOf(item(b))).toBe(2)
    })
  })

  it('of gradients leaves the parameters that are their keys', () => {
    onTape(kernels, (empty) => {
      const { value } = rightOf(
        trace(empty, function* (run) {
          const w = yield* run(parameter, [3])
          const loss = yield* run(sum, yield* run(mul, w, w))
          return { w, gradients: yield* run((tape) => lift(tape, backward(tape, loss))) }
        })
      )
      const before = live(kernels)
      release(value.gradients)
      expect(live(kernels)).toBe(before - 1)
      expect(rightOf(nested(value.w))).toEqual([3])
      expect(show(gradientOf(value.gradients, value.w))).toMatch(/^Released in read/)
    })
  })

  it('takes a result as it is', () => {
    onTape(kernels, (empty) => {
      const x = constant(empty, [1, 2])
      release(x)
      expect(live(kernels)).toBe(0)
    })
  })

  it('makes every use a Released error, with the operation that met it; the tape stays as it is', () => {
    onTape(kernels, (empty) => {
      const { value, tape } = rightOf(
        trace(empty, function* (run) {
          const w = yield* run(parameter, [3])
          const y = yield* run(exp, w)
          return { w, y, loss: yield* run(sum, y) }
        })
      )
      release(value.y)
      expect(leftOf(relu(tape, value.y))).toMatchObject({ _tag: 'Released', operation: 'relu', shapes: [[1]] })
      // The derivative of exp needs what exp gave.
      expect(leftOf(backward(tape, value.loss))).toMatchObject({ _tag: 'Released', operation: 'backward' })
      expect(rightOf(nested(rightOf(relu(tape, value.w)).value))).toEqual([3])
      expect(toArray(tape).map(({ bytes }) => bytes > 0)).toEqual([true, false, true])
    })
  })
})

describe.each(kernelSets)('memory on $name', ({ name, create }) => {
  const kernels = create()
  const word = name === 'reference' ? 8 : 4

  it('counts tensors and the bytes of their numbers, whoever owns them', () => {
    expect(memory(kernels)).toEqual({ tensors: 0, bytes: 0 })
    onTape(kernels, (empty) => {
      const { tape, value } = rightOf(constant(empty, new Float32Array(6)))
      expect(memory(kernels)).toEqual({ tensors: 1, bytes: 6 * word })
      expect(memory(tape.kernels)).toEqual(memory(kernels))
      rightOf(constant(tape, Int32Array.of(1, 2)))
      const { tensors, bytes } = memory(kernels)
      expect([tensors, bytes]).toEqual([2, 6 * word + 8])
      rightOf(constant(tape, [true, false, true]))
      expect(memory(kernels)).toEqual({ tensors: 3, bytes: 6 * word + 11 })
      rightOf(constant(tape, []))
      expect(memory(kernels)).toEqual({ tensors: 4, bytes: 6 * word + 11 })
      release(value)
      expect(memory(kernels)).toEqual({ tensors: 3, bytes: 11 })
    })
    expect(memory(kernels)).toEqual({ tensors: 0, bytes: 0 })
  })

  it('is exact after forward, backward and an update by hand', () => {
    onTape(kernels, (empty) => {
      const traced = trace(empty, function* (run) {
        const layer = yield* run(linear, 3, 2)
        const x = yield* run(uniform, [4, 3])
        const y = yield* run(linearForward, layer, x)
        const loss = yield* run(sum, y)
        const gradients: Gradients = yield* run((tape) => lift(tape, backward(tape, loss)))
        return { layer, gradients }
      })
      const { value, tape } = rightOf(traced)
      // weight, bias, x, the product, the sum with the bias, the loss; and the gradients of weight and bias.
      expect(memory(kernels)).toEqual({ tensors: 8, bytes: (6 + 2 + 12 + 8 + 8 + 1 + 6 + 2) * word })
      release(value.gradients)
      expect(memory(kernels)).toEqual({
        tensors: 6,
        bytes: toArray(tape).reduce((total, { bytes }) => total + bytes, 0)
      })
    })
  })

  it('is right in whatever order tensors that share numbers are released', () => {
    const order = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 })
    fc.assert(
      fc.property(order, (places) => {
        onTape(kernels, (empty) => {
          const x = rightOf(constant(empty, [1, 2, 3, 4]))
          const y = rightOf(reshape(x.tape, x.value, [2, 2]))
          const z = rightOf(reshape(y.tape, y.value, [4, 1]))
          const cut = rightOf(detach(z.tape, x.value))
          const all = [x.value, y.value, z.value, cut.value]
          // The reference alone copies them; others have the numbers once, and count them once.
          const blocks = (live: number): number => (name === 'reference' ? live : Math.min(live, 1))
          expect(memory(kernels)).toEqual({ tensors: 4, bytes: blocks(4) * 4 * word })
          places.forEach((place, i) => {
            release(all[place])
            release(all[place])
            const rest = 3 - i
            expect(memory(kernels)).toEqual({ tensors: rest, bytes: blocks(rest) * 4 * word })
            // New tensors must not land on numbers that another still has.
            release(constant(empty, [9, 9, 9, 9]))
            for (const later of places.slice(i + 1)) {
              expect([...rightOf(read(all[later] ?? x.value)).values]).toEqual([1, 2, 3, 4])
            }
          })
        })
      }),
      { numRuns: runs(30) }
    )
  })
})
