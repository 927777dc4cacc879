import { isNone } from 'fp-ts/Option'
import {
  backward,
  constant,
  detach,
  type Dtype,
  gradientOf,
  type Input,
  memory,
  mul,
  named,
  nested,
  parameter,
  read,
  referenceKernels,
  shapesKernels,
  show,
  sum,
  type Tape,
  toArray,
  trace,
  wasmKernels
} from 'gradfold'
import { faultyKernels, watchedKernels } from '../../src/testing/faultyKernels'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { leftOf, rightOf } from '../support/results'

const leaves = [
  ['constant', constant],
  ['parameter', parameter]
] as const

describe.each(leaves)('%s', (name, leaf) => {
  it.each(kernelSets)('keeps a copy of the numbers on $name', ({ create }) => {
    onTape(create(), (tape) => {
      const given = Float64Array.of(1, -2.5, 3)
      const { value } = rightOf(leaf(tape, given))
      given.fill(0)
      expect(rightOf(nested(value))).toEqual([1, -2.5, 3])
      const got = rightOf(read(value)).values
      got.fill(9)
      expect(rightOf(nested(value))).toEqual([1, -2.5, 3])
    })
  })

  const dtypes: ReadonlyArray<[Input, Dtype | undefined, Dtype]> = [
    [1.5, undefined, 'float32'],
    [true, undefined, 'bool'],
    [[[1], [2]], undefined, 'float32'],
    [[false, true], undefined, 'bool'],
    [Int32Array.of(1), undefined, 'int32'],
    [Uint8Array.of(1), undefined, 'int32'],
    [Float32Array.of(1), undefined, 'float32'],
    [Float64Array.of(1), undefined, 'float32'],
    [{ shape: [1], values: [1] }, undefined, 'float32'],
    [{ shape: [1], values: [1], dtype: 'bool' }, undefined, 'bool'],
    [{ shape: [1], values: [1], dtype: 'bool' }, 'int32', 'int32'],
    [Int32Array.of(1), 'float32', 'float32'],
    [[true], 'float32', 'float32'],
    [[1, 0], 'bool', 'bool'],
    [[], undefined, 'float32']
  ]

  it.each(dtypes)('makes of %j, with the setting %s, a %s', (input, dtype, expected) => {
    onTape(referenceKernels(), (tape) => {
      expect(rightOf(leaf(tape, input, dtype === undefined ? {} : { dtype })).value.dtype).toBe(expected)
    })
  })

  it('is recorded under the layer path, and its name below that', () => {
    onTape(referenceKernels(), (tape) => {
      const twice = (at: Tape) =>
        trace(at, function* (run) {
          yield* run(leaf, 1)
          yield* run(leaf, 2, { name: 'weight' })
        })
      const { tape: end } = rightOf(named(rightOf(twice(tape)).tape, 'encoder', twice))
      expect(toArray(end).map(({ operation, path }) => [operation, path])).toEqual([
        [name, ''],
        [name, 'weight'],
        [name, 'encoder'],
        [name, 'encoder.weight']
      ])
    })
  })

  it('refuses what the kernels cannot hold, before it asks them', () => {
    const kernels = wasmKernels()
    onTape(kernels, (tape) => {
      const shape = [1, 1, 1, 1, 1, 1, 1, 1, 1]
      const error = leftOf(leaf(tape, { shape, values: [1] }))
      expect(error).toMatchObject({ _tag: 'DimensionError', operation: name, shape, path: '' })
      expect(show(error)).toContain('would have 9 axes, but wasm takes at most 8')
      expect(memory(kernels).tensors).toBe(0)
    })
  })

  it('turns a failure of the kernels into a KernelError with the path, and records nothing', () => {
    const faulty = faultyKernels(referenceKernels())
    onTape(faulty.kernels, (tape) => {
      faulty.failAfter(0)
      const error = leftOf(named(tape, 'encoder', (inner) => leaf(inner, [1, 2], { name: 'weight' })))
      expect(error).toMatchObject({
        _tag: 'KernelError',
        operation: name,
        kernels: 'reference',
        reason: 'outOfMemory',
        path: 'encoder'
      })
      expect(memory(tape.kernels).tensors).toBe(0)
    })
  })

  it('lets a defect of the kernels pass', () => {
    const broken = watchedKernels(referenceKernels(), () => {
      throw new TypeError('a defect')
    })
    onTape(broken, (tape) => expect(() => leaf(tape, 1)).toThrow(new TypeError('a defect')))
  })
})

describe('gradients', () => {
  it('flow to float32 parameters alone', () => {
    onTape(referenceKernels(), (tape) => {
      const flows = (leaf: typeof parameter, input: Input): boolean => rightOf(leaf(tape, input)).value.needsGradient
      expect(flows(parameter, [1])).toBe(true)
      expect(flows(parameter, Int32Array.of(1))).toBe(false)
      expect(flows(parameter, [true])).toBe(false)
      expect(flows(constant, [1])).toBe(false)
    })
  })

  it('end at detach, which has the same numbers', () => {
    onTape(referenceKernels(), (empty) => {
      // d/dx (x * detach(x)) is x, not 2 x.
      const { value, tape } = rightOf(
        trace(empty, function* (run) {
          const x = yield* run(parameter, [3, 4])
          const cut = yield* run(detach, x)
          return { x, cut, loss: yield* run(sum, yield* run(mul, x, cut)), free: yield* run(sum, cut) }
        })
      )
      expect(rightOf(nested(value.cut))).toEqual([3, 4])
      expect(show(gradientOf(rightOf(backward(tape, value.loss)), value.x))).toBe('[3, 4]')
      expect(value.cut.needsGradient).toBe(false)
      expect(leftOf(backward(tape, value.free))._tag).toBe('NoGradientPath')
      const kept = rightOf(backward(tape, value.loss, { keep: [value.cut] }))
      expect(show(gradientOf(kept, value.cut))).toBe('[3, 4]')
      expect(isNone(gradientOf(kept, value.loss))).toBe(true)
    })
  })

  it('are refused to a variable of another tape by detach, too', () => {
    onTape(referenceKernels(), (tape) => {
      const { value } = rightOf(constant(tape, 1))
      expect(leftOf(detach(tape, value))).toMatchObject({ _tag: 'ForeignVariable', operation: 'detach' })
    })
  })
})

describe('without data', () => {
  it('a leaf has a shape and a dtype', () => {
    onTape(shapesKernels(), (tape) => {
      const { value } = rightOf(parameter(tape, [[1, 2]]))
      expect([value.shape, value.dtype]).toEqual([[1, 2], 'float32'])
      expect(leftOf(read(value))).toMatchObject({ _tag: 'KernelError', kernels: 'shapes', reason: 'noNumbers' })
    })
  })
})
