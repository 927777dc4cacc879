import fc from 'fast-check'
import { constant, type Input, type Nested, nested, referenceKernels, show, type TensorError } from 'gradfold'
import { checkShape, shapeOfInput, toHost } from '../../src/tape/input'
import { onTape } from '../support/leaks'
import { leftOf, rightOf } from '../support/results'
import { runs } from '../support/runs'

const host = (input: Input, dtype?: 'float32' | 'int32' | 'bool'): unknown => {
  const { shape, dtype: found, values } = rightOf(toHost('constant', input, dtype))
  return [shape, found, [...values]]
}
const refused = (input: Input, dtype?: 'float32' | 'int32' | 'bool'): TensorError =>
  leftOf(toHost('constant', input, dtype))

describe('toHost', () => {
  it('takes numbers and booleans, alone and nested', () => {
    expect(host(2.5)).toEqual([[], 'float32', [2.5]])
    expect(host(true)).toEqual([[], 'bool', [1]])
    expect(host([1, 2, 3])).toEqual([[3], 'float32', [1, 2, 3]])
    expect(host([[1, 2, 3], [4, 5, 6]])).toEqual([[2, 3], 'float32', [1, 2, 3, 4, 5, 6]]) // prettier-ignore
    expect(host([[[true], [false]]])).toEqual([[1, 2, 1], 'bool', [1, 0]])
    expect(host([NaN, -0, Infinity])).toEqual([[3], 'float32', [NaN, -0, Infinity]])
  })

  it('takes empty arrays', () => {
    expect(host([])).toEqual([[0], 'float32', []])
    expect(host([[], []])).toEqual([[2, 0], 'float32', []])
    expect(host([], 'int32')).toEqual([[0], 'int32', []])
    expect(host(new Float32Array(0))).toEqual([[0], 'float32', []])
    expect(host({ shape: [3, 0, 2], values: [] })).toEqual([[3, 0, 2], 'float32', []])
  })

  it('takes typed arrays, and shapes with values', () => {
    expect(host(Float32Array.of(0.5))).toEqual([[1], 'float32', [0.5]])
    expect(host(Float64Array.of(0.1))).toEqual([[1], 'float32', [0.1]])
    expect(host(Int32Array.of(-1, 2))).toEqual([[2], 'int32', [-1, 2]])
    expect(host(Uint8Array.of(255))).toEqual([[1], 'int32', [255]])
    expect(host(Uint8Array.of(0, 1), 'bool')).toEqual([[2], 'bool', [0, 1]])
    expect(host(Uint8Array.of(0, 255), 'float32')).toEqual([[2], 'float32', [0, 255]])
    expect(host({ shape: [], values: [7] })).toEqual([[], 'float32', [7]])
    expect(host({ shape: [2, 1], values: [7, 8], dtype: 'int32' })).toEqual([[2, 1], 'int32', [7, 8]])
    expect(host({ shape: [1, 2], values: Int32Array.of(7, 8) })).toEqual([[1, 2], 'int32', [7, 8]])
  })

  it('takes the holes of a sparse array as NaN, not as whatever the memory held', () => {
    expect(host(new Array<number>(3))).toEqual([[3], 'float32', [NaN, NaN, NaN]])
    expect(host({ shape: [2], values: new Array<number>(2) })).toEqual([[2], 'float32', [NaN, NaN]])
    expect(refused(new Array<number>(3), 'int32')).toMatchObject({ _tag: 'DtypeError' })
  })

  it('gives back what nested arrays of any shape held', () => {
    const tensor = fc
      .array(fc.nat({ max: 3 }), { maxLength: 4 })
      .chain((shape) => fc.tuple(fc.constant(shape), fc.infiniteStream(fc.double())))
    const build = (shape: ReadonlyArray<number>, numbers: Iterator<number>): Nested => {
      const [length, ...rest] = shape
      const next = (): number => Number(numbers.next().value)
      return length === undefined ? next() : Array.from({ length }, () => build(rest, numbers))
    }
    fc.assert(
      fc.property(tensor, ([shape, numbers]) => {
        const input = build(shape, numbers)
        // Below an empty axis the lengths are not written anywhere.
        const empty = shape.indexOf(0)
        expect(shapeOfInput(input)).toEqual(empty < 0 ? shape : shape.slice(0, empty + 1))
        onTape(referenceKernels(), (tape) => {
          expect(rightOf(nested(rightOf(constant(tape, input)).value))).toEqual(input)
        })
      }),
      { numRuns: runs(100) }
    )
  })

  const ragged: ReadonlyArray<Nested> = [
    [[1, 2], [3]],
    [[1], [2, 3]],
    [1, [2]],
    [[1], 2],
    [[[1]], [[2], [3]]],
    [[], [1]],
    [[1], []],
    [[[1, 2]], [[1], [2]]]
  ]
  it.each(ragged.map((input) => [input]))('refuses %j: its rows are not of one length', (input) => {
    const error = refused(input)
    expect(error).toMatchObject({ _tag: 'InvalidShape', operation: 'constant', path: '' })
    expect(error.message).toMatch(/nested arrays of unequal lengths.*pad the short ones/)
  })

  it.each([
    [[2, 3], 5],
    [[2, 3], 7],
    [[], 0],
    [[], 2],
    [[0], 1]
  ])('refuses values that do not fill %j: %i of them', (shape, count) => {
    const error = refused({ shape, values: new Float32Array(count) })
    expect(error).toMatchObject({ _tag: 'InvalidShape', shape })
    expect(error.message).toContain(`was given ${count} values for the shape [${shape.join(', ')}]`)
  })

  it.each([[[-1]], [[2, -3]], [[1.5]], [[NaN]], [[Infinity]], [[2 ** 53]], [[1, -Infinity]]])(
    'refuses the sizes %j',
    (shape) => {
      const error = refused({ shape, values: [1] })
      expect(error).toMatchObject({ _tag: 'InvalidShape', shape })
      expect(error.message).toContain('every size must be a whole number from 0 up')
    }
  )

  it('refuses sizes whose product is huge, and a sparse shape', () => {
    const large = Number.MAX_SAFE_INTEGER
    expect(refused({ shape: [large, large], values: [1] })._tag).toBe('InvalidShape')
    expect(refused({ shape: new Array<number>(40).fill(large), values: [1] })._tag).toBe('InvalidShape')
    expect(refused({ shape: new Array<number>(2), values: [1] })._tag).toBe('InvalidShape')
    expect(host({ shape: [...new Array<number>(40).fill(large), 0], values: [] })).toMatchObject([{}, 'float32', []])
  })

  it.each<[Input, 'int32' | 'bool', string]>([
    [[1, 2.5], 'int32', '2.5 (at position 1)'],
    [[NaN], 'int32', 'NaN (at position 0)'],
    [2 ** 31, 'int32', '2147483648 (at position 0)'],
    [[0, 2], 'bool', '2 (at position 1)'],
    [Float32Array.of(0.5), 'bool', '0.5 (at position 0)'],
    [{ shape: [1], values: [-1] }, 'bool', '-1 (at position 0)']
  ])('refuses %j as %s', (input, dtype, where) => {
    const error = refused(input, dtype)
    expect(error).toMatchObject({ _tag: 'DtypeError', dtypes: [dtype] })
    expect(error.message).toContain(`cannot hold ${where} as ${dtype}`)
    expect(error.message).toMatch(/use float32, or round/)
  })

  it('takes the ends of int32, and -0', () => {
    expect(host([2 ** 31 - 1, -(2 ** 31), -0], 'int32')).toEqual([[3], 'int32', [2 ** 31 - 1, -(2 ** 31), 0]])
  })

  it('takes true among numbers for a sign of booleans', () => {
    expect(host([true, 0])).toEqual([[2], 'bool', [1, 0]])
    expect(refused([true, 2])).toMatchObject({ _tag: 'DtypeError', dtypes: ['bool'] })
  })
})

describe('checkShape', () => {
  it('names the operation that was asked, and hands on a copy', () => {
    expect(show(leftOf(checkShape('uniform', [2, -1])))).toBe(
      'InvalidShape in uniform: uniform cannot make a tensor [2, -1]: every size must be a whole number from 0 up. ' +
        'A NaN or a fraction usually comes from a division; round it, or pass the size itself.'
    )
    const shape = [2, 0, 1]
    expect(rightOf(checkShape('fill', shape))).toEqual(shape)
    expect(rightOf(checkShape('fill', shape))).not.toBe(shape)
  })
})

describe('shapeOfInput', () => {
  it('is the shape that toHost would find', () => {
    expect(shapeOfInput(3)).toEqual([])
    expect(shapeOfInput([[1, 2]])).toEqual([1, 2])
    expect(shapeOfInput(Int32Array.of(1, 2))).toEqual([2])
    expect(shapeOfInput({ shape: [1, 1], values: [1] })).toEqual([1, 1])
    expect(shapeOfInput([[1, 2], [3]])).toEqual([2, 2])
  })
})
