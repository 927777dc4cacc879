/**
 * Where kernels called in the plain way lose small terms of long sums, or mistake a matrix; every set of float32 kernels
 * must be right.
 *
 * TensorFlow.js' WebAssembly kernels (4.22.0): 100958 for the sum of 1e6 times 0.1, 16777216 for 2^25 ones; uninitialised
 * memory for an empty inner axis; a packed copy of a matrix is taken for another. Transposed and batched products are merely
 * slow, and must be right after the way round, too.
 *
 * TensorFlow (2.21.0, CPU): 1 % off in the sum of 1e6 equal numbers along any but the last axis and in segments, 8 % at 1e7,
 * 0.4 % in a product of two vectors.
 */
import type { Kernels } from 'gradfold'
import { borrow, constantly, floats, numbers, whole } from '../support/borrow'
import { float32Sets } from '../support/kernelSets'

describe.each(float32Sets)('$name kernels', ({ create }) => {
  const borrowed = (body: (kernels: Kernels) => void): void => borrow(create, body)

  describe('matmul', () => {
    it('does not use the packed copy of a matrix for another shape of it', () => {
      borrowed((k) => {
        const weight = floats(k, [2, 2], [1, 2, 3, 4])
        expect(numbers(k, k.matmul(floats(k, [1, 2], [1, 1]), weight, false, false))).toEqual([4, 6])
        const row = k.reshape(weight, [1, 4])
        expect(numbers(k, k.matmul(floats(k, [1, 1], [2]), row, false, false))).toEqual([2, 4, 6, 8])
        const column = k.reshape(row, [4, 1])
        expect(numbers(k, k.matmul(floats(k, [1, 4], [1, 1, 1, 1]), column, false, false))).toEqual([10])
      })
    })

    it('does not use the packed copy of a matrix that was released', () => {
      borrowed((k) => {
        const x = floats(k, [1, 64], constantly(64, 1))
        for (let round = 1; round <= 50; round++) {
          const weight = floats(k, [64, 64], constantly(4096, round))
          expect(numbers(k, k.matmul(x, weight, false, false))[63]).toBe(64 * round)
          k.release(weight)
        }
      })
    })

    it('is right transposed and batched', () => {
      borrowed((k) => {
        const x = floats(k, [2, 3, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
        const y = floats(k, [3, 1], [1, 10, 100])
        // First matrix: columns (1, 3, 5) and (2, 4, 6) times (1, 10, 100).
        expect(numbers(k, k.matmul(x, y, true, false))).toEqual([531, 642, 1197, 1308])
        expect(numbers(k, k.matmul(y, x, true, false))).toEqual([531, 642, 1197, 1308])
        const z = floats(k, [1, 3], [1, 10, 100])
        expect(numbers(k, k.matmul(x, z, true, true))).toEqual([531, 642, 1197, 1308])
      })
    })

    it('is zero over an empty inner axis', () => {
      borrowed((k) => {
        const dirt = floats(k, [3, 4], constantly(12, 7))
        k.release(dirt)
        const product = k.matmul(floats(k, [3, 0], []), floats(k, [0, 4], []), false, false)
        expect(numbers(k, product)).toEqual(new Array(12).fill(0))
      })
    })

    it('adds up a long inner axis without losing the small terms', () => {
      borrowed((k) => {
        const size = 1e6
        const x = floats(k, [1, size], constantly(size, 0.1))
        const y = floats(k, [size, 1], constantly(size, 1))
        expect(Math.abs(numbers(k, k.matmul(x, y, false, false))[0]! / 1e5 - 1)).toBeLessThan(2e-5)
      })
    })
  })

  describe('sums', () => {
    it('do not lose small terms', () => {
      borrowed((k) => {
        const x = floats(k, [1000, 1000], constantly(1e6, 0.1))
        const exact = 1e6 * Math.fround(0.1)
        for (const sum of [k.sum(x, [0, 1], false), k.sum(k.sum(x, [0], false), [0], false)]) {
          expect(Math.abs(numbers(k, sum)[0]! / exact - 1)).toBeLessThan(5e-6)
        }
        expect(Math.abs(numbers(k, k.mean(x, [0, 1], false))[0]! / 0.1 - 1)).toBeLessThan(5e-6)
      })
    })

    it.each([
      { name: 'the first axis', shape: [5e6, 2], axes: [0] },
      { name: 'the last axis', shape: [2, 5e6], axes: [1] },
      { name: 'an axis between', shape: [2, 25e5, 2], axes: [1] },
      { name: 'the outer axes', shape: [25e5, 2, 2], axes: [0, 2] },
      { name: 'all axes', shape: [1e3, 1e4], axes: [0, 1] }
    ])('and means of 1e7 numbers are right along $name', ({ shape, axes }) => {
      borrowed((k) => {
        const x = floats(k, shape, constantly(1e7, 0.1))
        const sums = k.sum(x, axes, false)
        const terms = 1e7 / sums.shape.reduce((size, n) => size * n, 1)
        for (const sum of numbers(k, sums)) expect(Math.abs(sum / (terms * Math.fround(0.1)) - 1)).toBeLessThan(5e-6)
        for (const mean of numbers(k, k.mean(x, axes, true))) expect(Math.abs(mean / 0.1 - 1)).toBeLessThan(5e-6)
      })
    })

    it('do not stop at 2^24', () => {
      borrowed((k) => {
        expect(numbers(k, k.sum(floats(k, [2 ** 25], constantly(2 ** 25, 1)), [0], false))).toEqual([2 ** 25])
      })
    })

    it('scattered into one place do not lose small terms either', () => {
      borrowed((k) => {
        const indices = k.fill([1e6], 1, 'int32')
        const sums = numbers(k, k.scatterAdd(floats(k, [1e6], constantly(1e6, 0.1)), indices, 0, 2))
        expect(sums[0]).toBe(0)
        expect(sums[1]).toBeCloseTo(100000, 0)
      })
    })

    it('of bool indices and int32 numbers are whole', () => {
      borrowed((k) => {
        expect(numbers(k, k.sum(whole(k, [2 ** 24, 1, 1]), [0], false))).toEqual([2 ** 24 + 2])
        expect(numbers(k, k.max(whole(k, [-5, -3]), [0], false))).toEqual([-3])
      })
    })

    it('of nothing are 0, and means NaN', () => {
      borrowed((k) => {
        const nothing = floats(k, [2, 0], [])
        expect(numbers(k, k.sum(nothing, [1], false))).toEqual([0, 0])
        expect(numbers(k, k.mean(nothing, [1], false))).toEqual([NaN, NaN])
      })
    })
  })
})
