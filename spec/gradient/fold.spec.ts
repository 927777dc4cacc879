/** The fold and its primitives: what a derivative that is wrong is told, and whom it asks. Primitives of our own show it. */
import {
  backward,
  constant,
  gradient,
  type Kernels,
  memory,
  type Operations,
  parameter,
  referenceKernels,
  type Shape,
  sum,
  type Tape,
  trace,
  type Variable
} from 'gradfold'
import { right } from 'fp-ts/Either'
import type { At, Primitive } from '../../src/tape/primitive'
import { record } from '../../src/tape/record'
import { onTape } from '../support/leaks'
import { numbersOf } from '../support/numbers'
import { rightOf } from '../support/results'

/** The sum of two, whose derivative is what the spec says. */
const fake = (derivative: Primitive<object>['derivative']): Primitive<object> => ({
  name: 'fake',
  saves: 'inputs and output',
  rule: ([x]) => right(x!),
  run: (kernels: Kernels, [x, y]) => kernels.add(x!, y!),
  derivative
})

const made = (tape: Tape, primitive: Primitive<object>, second: 'parameter' | 'constant' = 'parameter') =>
  rightOf(
    trace(tape, function* (run) {
      const x = yield* run(parameter, [1, 2])
      const y = yield* run(second === 'parameter' ? parameter : constant, [3, 4])
      const z = yield* run((at: Tape) => record(at, primitive, [x, y], {}))
      return { x, y, z, loss: yield* run(sum, z) }
    })
  )

const onReference = (body: (tape: Tape) => void): void => onTape(referenceKernels(), body)

describe('a derivative', () => {
  it.each<[string, Shape]>([
    ['fewer numbers', [1]],
    ['other axes', [2, 1]],
    ['no axes', []]
  ])('that gives %s than the input has is a defect of gradfold, and throws', (_name, shape) => {
    onReference((start) => {
      const wrong = fake((operations, upstream) => [() => upstream, () => operations.fill(shape, 1, 'float32')])
      const { tape, value } = made(start, wrong)
      const before = memory(tape.kernels)
      const text = 'gradfold: the derivative of fake gave the wrong shape for input 1'
      expect(() => backward(tape, value.loss)).toThrow(text)
      expect(memory(tape.kernels)).toEqual(before)
      expect(() => gradient(tape, value.loss, value.y)).toThrow(text)
    })
  })

  it('that throws passes, and leaves nothing behind', () => {
    onReference((start) => {
      const broken = fake((operations) => [
        () => operations.fill([2], 1, 'float32'),
        () => {
          throw new Error('a defect')
        }
      ])
      const { tape, value } = made(start, broken)
      const before = memory(tape.kernels)
      expect(() => backward(tape, value.loss)).toThrow('a defect')
      expect(memory(tape.kernels)).toEqual(before)
    })
  })

  it('is asked for the inputs that need a cotangent, and for no other', () => {
    onReference((start) => {
      const half = fake((_, upstream) => [
        () => upstream,
        () => {
          throw new Error('asked')
        }
      ])
      const { tape, value } = made(start, half, 'constant')
      expect(numbersOf(rightOf(backward(tape, value.loss)).get(value.x)!)).toEqual([1, 1])
      expect(numbersOf(rightOf(gradient(tape, value.loss, value.x)).value)).toEqual([1, 1])
      expect(() => backward(tape, value.loss, { keep: [value.y] })).toThrow('asked')
      expect(() => gradient(tape, value.loss, value.y)).toThrow('asked')
    })
  })

  it('may give the upstream gradient itself, to each of its inputs', () => {
    onReference((start) => {
      const both = fake((_, upstream) => [() => upstream, () => upstream])
      const { tape, value } = made(start, both)
      const gradients = rightOf(backward(tape, value.loss))
      expect([value.x, value.y].map((variable) => numbersOf(gradients.get(variable)!))).toEqual([
        [1, 1],
        [1, 1]
      ])
      expect(gradients.get(value.x)).not.toBe(gradients.get(value.y))
    })
  })

  it('sees its inputs, its output, and their shapes', () => {
    onReference((start) => {
      // z (x y) for x, and the number of inputs for y.
      const curious = fake(<T>(operations: Operations<T>, _: T, at: At<T>) => [
        () => operations.mul(at.output(), operations.mul(at.input(0), at.input(1))),
        () => operations.fill(at.shape(1), at.count, 'float32')
      ])
      const { tape, value } = made(start, curious)
      const gradients = rightOf(backward(tape, value.loss))
      const expected = [
        [12, 48],
        [2, 2]
      ]
      expect([value.x, value.y].map((variable) => numbersOf(gradients.get(variable)!))).toEqual(expected)
      const recorded = rightOf(gradient(tape, value.loss, [value.x, value.y])).value
      expect(recorded.map((variable: Variable) => numbersOf(variable))).toEqual(expected)
    })
  })
})
