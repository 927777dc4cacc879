import { left, right } from 'fp-ts/Either'
import { none, some } from 'fp-ts/Option'
import {
  add,
  backward,
  constant,
  defaultKernels,
  fill,
  gradientOf,
  linear,
  linearForward,
  matmul,
  memory,
  mul,
  named,
  parameter,
  referenceKernels,
  relu,
  release,
  type Result,
  shapesKernels,
  show,
  startTape,
  type Tape,
  toArray,
  trace,
  type Traced,
  type Variable
} from 'gradfold'
import { onTape } from '../support/leaks'
import { leftOf, rightOf } from '../support/results'

const small = (tape: Tape): Result<Traced<Variable>> =>
  named(tape, 'encoder', (inner) =>
    trace(inner, function* (run) {
      const x = yield* run(parameter, [[1, 2]], { name: 'weight' })
      const y = yield* run(matmul, x, x, { transposeY: true })
      return yield* run(mul, y, 0.5)
    })
  )

describe('toArray', () => {
  it('is the run as plain data, oldest first', () => {
    onTape(referenceKernels(), (empty) => {
      const { tape, value } = rightOf(small(empty))
      const common = { dtype: 'float32', bytes: 8 }
      expect(toArray(tape)).toEqual([
        {
          ...common,
          index: 0,
          operation: 'parameter',
          attributes: {},
          inputs: [],
          shape: [1, 2],
          bytes: 16,
          path: 'encoder.weight',
          needsGradient: true
        },
        {
          ...common,
          index: 1,
          operation: 'matmul',
          attributes: { transposeX: false, transposeY: true },
          inputs: [0, 0],
          shape: [1, 1],
          path: 'encoder',
          needsGradient: true
        },
        {
          ...common,
          index: 2,
          operation: 'fill',
          attributes: { shape: [], value: 0.5, dtype: 'float32' },
          inputs: [],
          shape: [],
          path: 'encoder',
          needsGradient: false
        },
        {
          ...common,
          index: 3,
          operation: 'mul',
          attributes: {},
          inputs: [1, 2],
          shape: [1, 1],
          path: 'encoder',
          needsGradient: true
        }
      ])
      expect(structuredClone(toArray(tape))).toEqual(toArray(tape))
      expect(JSON.parse(JSON.stringify(toArray(tape)))).toEqual(toArray(tape))
      release(value)
      expect(toArray(tape).map(({ bytes }) => bytes)).toEqual([16, 8, 8, 0])
    })
  })

  it('adds up to the bytes that the kernels count, unless tensors share them', () => {
    const kernels = shapesKernels()
    onTape(kernels, (empty) => {
      const { tape } = rightOf(small(empty))
      expect(toArray(tape).reduce((sum, { bytes }) => sum + bytes, 0)).toBe(memory(kernels).bytes)
    })
  })

  it('goes down a tape of 100,000 entries', () => {
    onTape(shapesKernels(), (empty) => {
      let at = rightOf(constant(empty, 1))
      for (let i = 1; i < 100_000; i++) at = rightOf(relu(at.tape, at.value))
      const entries = toArray(at.tape)
      expect(entries).toHaveLength(100_000)
      expect(entries[99_999]).toMatchObject({ index: 99_999, operation: 'relu', inputs: [99_998] })
      expect(show(at.tape).split('\n')).toHaveLength(100_001)
    })
  })
})

describe('show of a tape', () => {
  it('is a table with a row for each entry', () => {
    onTape(startTape(defaultKernels()).kernels, (empty) => {
      const { tape } = rightOf(small(empty))
      expect(`\n${show(tape)}\n`).toBe(`
   operation                                  inputs  shape   dtype    bytes  path
0  parameter                                          [1, 2]  float32  8      encoder.weight
1  matmul {transposeX:false,transposeY:true}  0 0     [1, 1]  float32  4      encoder
2  fill {shape:[],value:0.5,dtype:float32}            []      float32  4      encoder
3  mul                                        1 2     [1, 1]  float32  4      encoder
`)
    })
  })

  it('of an empty one is its head alone', () => {
    expect(show(startTape(referenceKernels()))).toBe('  operation  inputs  shape  dtype  bytes  path')
  })

  it('writes numbers in attributes that JSON has no word for', () => {
    onTape(referenceKernels(), (empty) => {
      expect(show(rightOf(fill(empty, [], NaN)).tape)).toContain('fill {shape:[],value:NaN,dtype:float32}')
      expect(show(rightOf(fill(empty, [], -Infinity)).tape)).toContain('value:-Infinity')
    })
  })
})

describe('show of numbers', () => {
  it.each([
    [2, '2'],
    [1 / 3, '0.333333'],
    [-0, '0'],
    [123456789, '123457000'],
    [1e-9, '1e-9'],
    [[NaN, Infinity, -Infinity], '[NaN, Infinity, -Infinity]'],
    [[[1, 2], [3, 4]], '[[1, 2], [3, 4]]'], // prettier-ignore
    [[], '[]'],
    [[[], []], '[[], []]'],
    [[true, false], '[true, false]'],
    [Int32Array.of(2 ** 31 - 1), '[2147480000]']
  ])('%j is %s', (input, text) => {
    onTape(referenceKernels(), (tape) => expect(show(constant(tape, input))).toBe(text))
  })

  it('goes to a thousand of them, then to the shape', () => {
    onTape(referenceKernels(), (tape) => {
      expect(show(constant(tape, new Int32Array(1000)))).toBe(`[${new Array(1000).fill(0).join(', ')}]`)
      expect(show(constant(tape, { shape: [7, 11, 13], values: new Int32Array(1001) }))).toBe('int32 [7, 11, 13]')
    })
  })

  it('of a released tensor, or on kernels without numbers, says so', () => {
    onTape(referenceKernels(), (tape) => {
      const x = rightOf(constant(tape, [1, 2]))
      release(x.value)
      expect(show(x)).toMatch(/^Released in read: read needs a tensor \[2\] whose memory was released/)
    })
    onTape(shapesKernels(), (tape) => expect(show(constant(tape, 1))).toMatch(/^KernelError in read: /))
  })
})

describe('show of results', () => {
  it('shows what is inside Either, Option and Traced', () => {
    onTape(referenceKernels(), (empty) => {
      const traced = rightOf(parameter(empty, [3]))
      const { tape, value } = traced
      expect([show(value), show(traced), show(right(value)), show(right(traced)), show(some(value))]).toEqual(
        new Array(5).fill('[3]')
      )
      expect(show(right(some(value)))).toBe('[3]')
      expect(show(none)).toBe('none')
      expect(show(right(tape))).toBe(show(tape))
      const gradients = rightOf(backward(tape, value))
      expect(show(gradientOf(gradients, value))).toBe('[1]')
      expect(show(right(gradientOf(gradients, rightOf(constant(tape, 1)).value)))).toBe('none')
    })
  })

  it('is a sentence for an error, with the path where there is one', () => {
    onTape(referenceKernels(), (empty) => {
      const { tape, value } = rightOf(constant(empty, [1, 2, 3]))
      const wrong = add(tape, value, rightOf(constant(tape, [1, 2])).value)
      expect(show(wrong)).toBe(show(left(leftOf(wrong))))
      expect(show(wrong)).toBe(show(leftOf(wrong)))
      const layer = rightOf(named(tape, 'head', (inner) => linear(inner, 4, 2)))
      const error = named(layer.tape, 'head', (inner) => linearForward(inner, layer.value, value))
      expect(show(error)).toMatch(
        /^ShapeMismatch in linearForward at head: linearForward takes 4 features along the last axis, but x is \[3\]/
      )
    })
  })
})
