import fc from 'fast-check'
import {
  backward,
  constant,
  gradientOf,
  item,
  mul,
  nested,
  parameter,
  read,
  referenceKernels,
  release,
  shapesKernels,
  type TensorError,
  trace
} from 'gradfold'
import { getOrElseW } from 'fp-ts/Option'
import { stridesOf } from '../../src/kernels/shape'
import { shapes } from '../../src/testing/generators/shapes'
import { anyTensor } from '../support/arbitraryTensors'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { at } from '../support/operationCase'
import { leftOf, rightOf } from '../support/results'
import { runs } from '../support/runs'

describe.each(kernelSets)('on $name', ({ create }) => {
  const kernels = create()

  it('read gives shape, dtype and a copy of the numbers', () => {
    onTape(kernels, (tape) => {
      const { value } = rightOf(constant(tape, { shape: [2, 1], values: Int32Array.of(3, -4) }))
      const first = rightOf(read(value))
      expect(first).toEqual({ shape: [2, 1], dtype: 'int32', values: Int32Array.of(3, -4) })
      first.values.fill(0)
      expect(rightOf(read(value)).values).toEqual(Int32Array.of(3, -4))
      const bools = rightOf(constant(tape, [true, false])).value
      expect(rightOf(read(bools))).toEqual({ shape: [2], dtype: 'bool', values: Uint8Array.of(1, 0) })
    })
  })

  it('what was read stays when the tensor is released, and when memory grows', () => {
    onTape(kernels, (tape) => {
      const { value } = rightOf(constant(tape, [1, 2]))
      const { values } = rightOf(read(value))
      release(value)
      for (let i = 0; i < 8; i++) rightOf(constant(tape, new Float32Array(2 ** 18)))
      expect([...values]).toEqual([1, 2])
    })
  })

  it('nested has one level for each axis, whatever the shape and the dtype', () => {
    const tensor = fc
      .tuple(shapes({ maxElements: 60 }), fc.constantFrom('float32', 'int32', 'bool'))
      .chain(([shape, dtype]) => anyTensor(shape, dtype, 'special'))
    fc.assert(
      fc.property(tensor, (host) => {
        const { shape, dtype, values } = host
        onTape(kernels, (tape) => {
          const found = rightOf(nested(rightOf(constant(tape, host, { dtype })).value))
          const strides = stridesOf(shape)
          const check = (part: unknown, axis: number, offset: number): void => {
            const number = values[offset]
            if (axis === shape.length) expect(part).toBe(dtype === 'bool' ? number === 1 : number)
            else {
              expect(part).toHaveLength(at(shape, axis))
              if (Array.isArray(part))
                part.forEach((inner, i) => check(inner, axis + 1, offset + i * at(strides, axis)))
            }
          }
          check(found, 0, 0)
        })
      }),
      { numRuns: runs(100) }
    )
  })

  it('item gives the one number there is', () => {
    onTape(kernels, (tape) => {
      const itemOf = (input: Parameters<typeof constant>[1]): number =>
        rightOf(item(rightOf(constant(tape, input)).value))
      expect([itemOf(2.5), itemOf([[[-3]]]), itemOf(true), itemOf(Int32Array.of(7)), itemOf([NaN])]).toEqual([
        2.5,
        -3,
        1,
        7,
        NaN
      ])
    })
  })

  it.each([
    [[1, 2], '[2] has 2'],
    [[], '[0] has 0'],
    [[[]], '[1, 0] has 0']
  ])('item refuses %j', (input, text) => {
    onTape(kernels, (tape) => {
      const error = leftOf(item(rightOf(constant(tape, input)).value))
      expect(error).toMatchObject({ _tag: 'NotScalar', operation: 'item' })
      expect(error.message).toContain(`${text}: use read`)
    })
  })

  it('read, item and nested take gradients as they take variables', () => {
    onTape(kernels, (empty) => {
      const traced = trace(empty, function* (run) {
        const x = yield* run(parameter, [3])
        return { x, y: yield* run(mul, x, x) }
      })
      const { tape, value } = rightOf(traced)
      const gradients = rightOf(backward(tape, value.y))
      const slope = getOrElseW(() => value.x)(gradientOf(gradients, value.x))
      expect([...rightOf(read(slope)).values]).toEqual([6])
      expect(rightOf(item(slope))).toBe(6)
      expect(rightOf(nested(slope))).toEqual([6])
    })
  })

  it('what was released is refused', () => {
    onTape(kernels, (tape) => {
      const { value } = rightOf(constant(tape, [[4]]))
      release(value)
      const errors: ReadonlyArray<TensorError> = [leftOf(read(value)), leftOf(item(value)), leftOf(nested(value))]
      for (const error of errors) {
        expect(error).toMatchObject({ _tag: 'Released', operation: 'read', shapes: [[1, 1]] })
        expect(error.message).toMatch(/memory was released.*return it from the scope to keep it/)
      }
    })
  })
})

describe('without data', () => {
  it('there is nothing to read, and the error says what to do', () => {
    onTape(shapesKernels(), (tape) => {
      const error = leftOf(read(rightOf(constant(tape, [1])).value))
      expect(error).toMatchObject({ _tag: 'KernelError', operation: 'read', reason: 'noNumbers' })
      expect(error.message).toContain('startTape(defaultKernels())')
    })
  })

  it('a float32 of the reference kernels is read in full, as float64', () => {
    onTape(referenceKernels(), (tape) => {
      expect(rightOf(item(rightOf(constant(tape, 0.1)).value))).toBe(0.1)
    })
  })
})
