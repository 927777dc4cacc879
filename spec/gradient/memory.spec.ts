/** What backward leaves: the gradients, each a tensor of its own that the tape's kernels own, and nothing else. */
import {
  add,
  backward,
  constant,
  gradientOf,
  map,
  matmul,
  memory,
  mul,
  nested,
  parameter,
  read,
  referenceKernels,
  release,
  type Run,
  scope,
  square,
  sub,
  sum,
  type Tape,
  tanh,
  type Tensor,
  trace
} from 'gradfold'
import { isNone } from 'fp-ts/Option'
import { isRight } from 'fp-ts/Either'
import { tensorOf } from '../../src/tape/variable'
import { watchedKernels } from '../../src/testing/faultyKernels'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { gradientFor } from '../support/numbers'
import { leftOf, rightOf } from '../support/results'

/** A sum of two parameters, whose cotangents are one tensor until they are handed over. */
const twins = function* (run: Run) {
  const x = yield* run(parameter, [1, 2])
  const y = yield* run(parameter, [3, 4])
  const z = yield* run(add, x, y)
  const upstream = yield* run(constant, [5, 6])
  return { x, y, z, upstream }
}

describe.each(kernelSets)('on $name', ({ create }) => {
  it('there is one tensor more for each gradient', () => {
    onTape(create(), (start) => {
      const { tape, value } = rightOf(trace(start, twins))
      const { x, y, z, upstream } = value
      const before = memory(tape.kernels).tensors
      const gradients = rightOf(backward(tape, z, { upstream, keep: [z, upstream] }))
      expect([...gradients.keys()]).toEqual([z, y, x])
      expect(memory(tape.kernels).tensors).toBe(before + 3)
      const owners = [...gradients.values()].map(({ owner }) => owner)
      expect(new Set(owners)).toEqual(new Set([tape.kernels.allocations]))
      release(gradients)
      expect(memory(tape.kernels).tensors).toBe(before)
    })
  })

  it('each gradient can be released by itself, the upstream one too', () => {
    onTape(create(), (start) => {
      const { tape, value } = rightOf(trace(start, twins))
      const { x, y, z, upstream } = value
      const gradients = rightOf(backward(tape, z, { upstream, keep: [z] }))
      expect(new Set(gradients.values()).size).toBe(3)
      release(gradients.get(z))
      release(gradients.get(x))
      release(upstream)
      expect(Array.from(gradientFor(gradients, y).values)).toEqual([5, 6])
      expect(leftOf(read(gradients.get(x)!))).toMatchObject({ _tag: 'Released' })
    })
  })

  it('a cotangent goes at its last use, however long the run', () => {
    const kernels = create()
    let peak = 0
    const watched = watchedKernels(kernels, () => {
      peak = Math.max(peak, memory(kernels).tensors)
    })
    onTape(watched, (start) => {
      const { tape, value } = rightOf(
        trace(start, function* (run) {
          const x = yield* run(parameter, [1, 2])
          let y = x
          for (let i = 0; i < 50; i++) y = yield* run(sub, yield* run(tanh, yield* run(mul, y, x)), y)
          return { x, loss: yield* run(sum, y) }
        })
      )
      const before = memory(kernels).tensors
      peak = 0
      const gradients = rightOf(backward(tape, value.loss))
      expect(gradients.size).toBe(1)
      // Of x, of y, of what is between, and what one derivative makes on the way.
      expect(peak - before).toBeLessThan(10)
    })
  })
})

it('no cotangent is computed that nobody needs', () => {
  const calls: string[] = []
  const kernels = watchedKernels(referenceKernels(), (name) => calls.push(name))
  onTape(kernels, (start) => {
    const { tape, value } = rightOf(
      trace(start, function* (run) {
        const images = yield* run(constant, [[1, 2]])
        const weight = yield* run(parameter, [[3], [4]])
        const scaled = yield* run(mul, yield* run(matmul, images, weight), yield* run(constant, 2))
        return yield* run(sum, scaled)
      })
    )
    calls.length = 0
    rightOf(backward(tape, value))
    // One for the product and one for the weight: none for the scale and the images.
    expect(calls.filter((name) => name === 'mul' || name === 'matmul')).toEqual(['mul', 'matmul'])
  })
})

describe('a scope', () => {
  const program = function* (run: Run) {
    const w = yield* run(parameter, [1, 2], { name: 'w' })
    return { w, loss: yield* run(sum, yield* run(square, w)) }
  }
  const gradientsOf = (tape: Tape) => {
    const made = rightOf(trace(tape, program))
    const gradients = rightOf(backward(made.tape, made.value.loss))
    return { ...made, gradients }
  }

  it('takes gradients with it that are not returned', () => {
    onTape(referenceKernels(), (tape) => {
      const inside: Tensor[] = []
      const before = memory(tape.kernels)
      const left = scope(tape, (inner) => {
        const made = gradientsOf(inner)
        inside.push(...made.gradients.values())
        return { _tag: 'Right', right: { value: 1, tape: made.tape } }
      })
      expect(isRight(left)).toBe(true)
      expect(memory(tape.kernels)).toEqual(before)
      inside.forEach((gradient) => expect(leftOf(read(gradient))).toMatchObject({ _tag: 'Released' }))
    })
  })

  it('lets gradients out that are returned, under the variables that come out with them', () => {
    onTape(referenceKernels(), (tape) => {
      const { value } = rightOf(
        scope(tape, (inner) => {
          const { value: made, gradients, tape: at } = gradientsOf(inner)
          return { _tag: 'Right', right: { value: { w: made.w, gradients }, tape: at } }
        })
      )
      expect(Array.from(gradientFor(value.gradients, value.w).values)).toEqual([2, 4])
      expect(memory(tape.kernels).tensors).toBe(2)
    })
  })

  it('lets no gradient through, but its parameters stay parameters', () => {
    onTape(referenceKernels(), (start) => {
      const { tape, value } = rightOf(scope(start, (inner) => trace(inner, program)))
      expect(leftOf(backward(tape, value.loss))).toMatchObject({ _tag: 'NoGradientPath' })
      const again = rightOf(
        trace(tape, function* (run) {
          return yield* run(sum, yield* run(mul, value.w, 3))
        })
      )
      expect(Array.from(gradientFor(rightOf(backward(again.tape, again.value)), value.w).values)).toEqual([3, 3])
    })
  })

  it('works on parameters from outside, and leaves their gradients outside', () => {
    onTape(referenceKernels(), (start) => {
      const { tape, value: w } = rightOf(parameter(start, [1, 2]))
      const step = rightOf(
        scope(tape, (inner) => {
          const loss = rightOf(
            trace(inner, function* (run) {
              return yield* run(sum, yield* run(square, w))
            })
          )
          const gradients = backward(loss.tape, loss.value)
          return map(() => rightOf(gradients))({ _tag: 'Right', right: loss })
        })
      )
      const found = gradientOf(step.value, w)
      expect(isNone(found) ? undefined : rightOf(nested(found.value))).toEqual([2, 4])
      expect(tensorOf(w).owner).toBe(start.kernels.allocations)
    })
  })
})
