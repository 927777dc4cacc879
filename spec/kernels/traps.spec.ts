/**
 * Where kernels called in the plain way give wrong numbers; every set of float32 kernels must give the right ones.
 *
 * TensorFlow.js' WebAssembly kernels (4.22.0): 1 for maximum(1, NaN), 0 for sign(NaN), 1.4e-45 for a one of a float32
 * one-hot, the bits of an int32 for its value; for eight axes they leave the memory as it was.
 *
 * TensorFlow (2.21.0, CPU): NaN for infinity times the 0 of a ReLU's slope; no order of bools, no padding of more than six
 * axes. Its addon may take an uploaded array for the tensor's memory.
 */
import type { Kernels } from 'gradfold'
import { borrow, bools, constantly, floats, numbers, whole } from '../support/borrow'
import { float32Sets } from '../support/kernelSets'

describe.each(float32Sets)('$name kernels', ({ create }) => {
  const borrowed = (body: (kernels: Kernels) => void): void => borrow(create, body)

  describe('elementwise kernels', () => {
    it('add more than six axes', () => {
      borrowed((k) => {
        const x = floats(k, [2, 1, 2, 1, 1, 1, 1, 1], [1, 2, 3, 4])
        const y = floats(k, [1, 1, 1, 1, 1, 1, 1, 2], [10, 20])
        expect(numbers(k, k.add(x, y))).toEqual([11, 21, 12, 22, 13, 23, 14, 24])
        expect(numbers(k, k.mul(x, x))).toEqual([1, 4, 9, 16])
      })
    })

    it('keep NaN', () => {
      borrowed((k) => {
        const x = floats(k, [4], [NaN, 1, NaN, -1])
        const y = floats(k, [4], [1, NaN, NaN, -2])
        expect(numbers(k, k.maximum(x, y))).toEqual([NaN, NaN, NaN, -1])
        expect(numbers(k, k.minimum(x, y))).toEqual([NaN, NaN, NaN, -2])
        expect(numbers(k, k.sign(x))).toEqual([NaN, 1, NaN, -1])
        expect(numbers(k, k.relu(x))).toEqual([NaN, 1, NaN, 0])
        expect(numbers(k, k.max(x, [0], false))).toEqual([NaN])
        expect(numbers(k, k.abs(x))).toEqual([NaN, 1, NaN, 1])
      })
    })

    it('stop an infinite slope where a ReLU is off', () => {
      borrowed((k) => {
        const output = floats(k, [5], [0, 0, 0, 2, NaN])
        const upstream = floats(k, [5], [Infinity, -Infinity, NaN, Infinity, 3])
        expect(numbers(k, k.reluGradient(upstream, output))).toEqual([0, 0, 0, Infinity, NaN])
      })
    })

    it('know that false comes before true', () => {
      borrowed((k) => {
        const x = bools(k, [0, 0, 1, 1])
        const y = bools(k, [0, 1, 0, 1])
        expect(numbers(k, k.less(x, y))).toEqual([0, 1, 0, 0])
        expect(numbers(k, k.lessEqual(x, y))).toEqual([1, 1, 0, 1])
        expect(numbers(k, k.greater(x, y))).toEqual([0, 0, 1, 0])
        expect(numbers(k, k.greaterEqual(x, y))).toEqual([1, 0, 1, 1])
      })
    })

    it('compute with the values of int32, not with their bits', () => {
      borrowed((k) => {
        const x = whole(k, [3, -4, 0])
        expect(numbers(k, k.neg(x))).toEqual([-3, 4, 0])
        expect(numbers(k, k.square(x))).toEqual([9, 16, 0])
        expect(numbers(k, k.abs(x))).toEqual([3, 4, 0])
        expect(numbers(k, k.sign(x))).toEqual([1, -1, 0])
        expect(numbers(k, k.relu(x))).toEqual([3, 0, 0])
        expect(numbers(k, k.mul(x, whole(k, [2 ** 30, 2, 5])))).toEqual([-(2 ** 30), -8, 0])
      })
    })

    it('compare with broadcasting, also at the front', () => {
      borrowed((k) => {
        const x = floats(k, [2, 1], [1, 3])
        const y = floats(k, [2], [2, 3])
        expect(numbers(k, k.less(x, y))).toEqual([1, 1, 0, 0])
        expect(numbers(k, k.equal(x, y))).toEqual([0, 0, 0, 1])
      })
    })
  })

  describe('dtypes', () => {
    it('one-hot is float32 numbers, not bits of int32', () => {
      borrowed((k) => {
        expect(numbers(k, k.oneHot(whole(k, [1, 0]), 2))).toEqual([0, 1, 1, 0])
      })
    })

    it('select takes bool and leaves its neighbours alone', () => {
      borrowed((k) => {
        const before = bools(k, [1, 1, 1, 1])
        const chosen = k.select(bools(k, [1, 0, 1]), bools(k, [1, 1, 0]), bools(k, [0, 0, 1]))
        const after = bools(k, [1, 1, 1, 1])
        expect(numbers(k, chosen)).toEqual([1, 0, 0])
        expect([numbers(k, before), numbers(k, after)]).toEqual([
          [1, 1, 1, 1],
          [1, 1, 1, 1]
        ])
      })
    })

    it('select broadcasts a condition of lower rank along the last axis', () => {
      borrowed((k) => {
        const x = floats(k, [2, 2], [1, 2, 3, 4])
        expect(numbers(k, k.select(bools(k, [1, 0]), x, k.fill([], 0, 'float32')))).toEqual([1, 0, 3, 0])
      })
    })

    it('a cast to bool is 0 or 1', () => {
      borrowed((k) => {
        expect(numbers(k, k.cast(floats(k, [4], [0.5, 0, -9, NaN]), 'bool'))).toEqual([1, 0, 1, 1])
        expect(numbers(k, k.cast(bools(k, [1, 0]), 'float32'))).toEqual([1, 0])
      })
    })

    it('slices of int32 stay int32', () => {
      borrowed((k) => {
        const part = k.slice(whole(k, [1, 2, 2 ** 30]), [1], [2])
        expect(part.dtype).toBe('int32')
        expect(numbers(k, part)).toEqual([2, 2 ** 30])
      })
    })
  })

  describe('shapes', () => {
    it('of eight axes are padded', () => {
      borrowed((k) => {
        const around = new Array<number>(8).fill(1)
        const x = k.fill(around, 7, 'int32')
        const padded = k.pad(x, around, around)
        expect(padded.shape).toEqual(new Array(8).fill(3))
        const values = numbers(k, padded)
        // The middle of 3^8 numbers.
        expect(values.flatMap((value, i) => (value === 0 ? [] : [[i, value]]))).toEqual([[(3 ** 8 - 1) / 2, 7]])
      })
    })

    it('of eight axes are turned, cut, joined and stretched', () => {
      borrowed((k) => {
        const x = floats(k, [2, 1, 2, 1, 1, 1, 1, 2], [1, 2, 3, 4, 5, 6, 7, 8])
        expect(numbers(k, k.transpose(x, [7, 6, 5, 4, 3, 2, 1, 0]))).toEqual([1, 5, 3, 7, 2, 6, 4, 8])
        expect(numbers(k, k.slice(x, [1, 0, 0, 0, 0, 0, 0, 1], [1, 1, 2, 1, 1, 1, 1, 1]))).toEqual([6, 8])
        expect(numbers(k, k.sum(k.concat([x, x], 3), [0, 2, 7], false))).toEqual([36, 36])
        expect(numbers(k, k.sum(k.broadcast(x, [2, 3, 2, 1, 3, 1, 3, 2]), [0, 1, 2, 3, 4, 5, 6, 7], false))).toEqual([
          972
        ])
      })
    })
  })

  describe('uploads', () => {
    it('are copies, wherever the array lies', () => {
      borrowed((k) => {
        const sizes = [...Array.from({ length: 64 }, (_, i) => i + 1), 1e5, 2 ** 20 - 1, 2 ** 20, 2e6]
        for (const size of sizes) {
          const source = constantly(size, 1)
          const tensor = k.upload([size], 'float32', () => source)
          source.fill(9)
          const read = k.read(tensor)
          expect(read.length === size && read.every((value) => value === 1)).toBe(true)
          read.fill(5)
          expect(k.read(k.add(tensor, tensor)).every((value) => value === 2)).toBe(true)
        }
      })
    })

    it('are arrays of this realm when they are read', () => {
      borrowed((k) => {
        expect(k.read(whole(k, [1]))).toBeInstanceOf(k.precision === 'float64' ? Float64Array : Int32Array)
        expect(k.read(bools(k, [1]))).toBeInstanceOf(k.precision === 'float64' ? Float64Array : Uint8Array)
      })
    })
  })

  describe('softmax', () => {
    it('stands scores of any size', () => {
      borrowed((k) => {
        const x = floats(k, [2, 3], [1e4, 0, -1e4, 100, 100, 100])
        expect(numbers(k, k.softmax(x)).map((value) => Number(value.toFixed(6)))).toEqual([
          1, 0, 0, 0.333333, 0.333333, 0.333333
        ])
        expect(numbers(k, k.logSoftmax(x)).map((value) => Number(value.toFixed(4)))).toEqual([
          0, -10000, -20000, -1.0986, -1.0986, -1.0986
        ])
      })
    })
  })
})
