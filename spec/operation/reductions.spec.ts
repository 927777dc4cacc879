/** sum and mean. */
import { mean, type ReduceSettings, sum } from 'gradfold'
import type { Program } from '../support/derivatives'
import { computed } from '../support/computed'
import { applied } from '../support/primitiveCase'

const summed = (settings?: ReduceSettings): Program => applied((tape, x) => sum(tape, x, settings))
const averaged = (settings?: ReduceSettings): Program => applied((tape, x) => mean(tape, x, settings))

const matrix = [
  [1, 2, 3],
  [4, 5, 6]
]
const cube = { shape: [2, 2, 2], values: [1, 2, 3, 4, 5, 6, 7, 8] }

describe('sum', () => {
  it('over one axis, from the front or from the end, gives g to each element', () => {
    const columns = { type: 'float32 [3]', value: '[5, 7, 9]', gradients: ['[[1, 2, 3], [1, 2, 3]]'] }
    expect(computed([matrix], summed({ axis: 0 }), [1, 2, 3])).toEqual(columns)
    expect(computed([matrix], summed({ axis: -2 }), [1, 2, 3])).toEqual(columns)
    const rows = { type: 'float32 [2, 1]', value: '[[6], [15]]', gradients: ['[[1, 1, 1], [2, 2, 2]]'] }
    expect(computed([matrix], summed({ axis: -1, keepDims: true }), [[1], [2]])).toEqual(rows)
  })

  it('over all axes by default, and over several in any order', () => {
    expect(computed([matrix], summed(), 2)).toEqual({
      type: 'float32 []',
      value: '21',
      gradients: ['[[2, 2, 2], [2, 2, 2]]']
    })
    const outer = { type: 'float32 [2]', value: '[14, 22]', gradients: ['[[[1, 1], [2, 2]], [[1, 1], [2, 2]]]'] }
    expect(computed([cube], summed({ axis: [-1, 0] }), [1, 2])).toEqual(outer)
    expect(computed([cube], summed({ axis: [0, 1, 2], keepDims: true }), [[[1]]]).type).toBe('float32 [1, 1, 1]')
  })

  it('over no axis is x itself', () => {
    expect(computed([[1, 2]], summed({ axis: [] }), [3, 4])).toEqual({
      type: 'float32 [2]',
      value: '[1, 2]',
      gradients: ['[3, 4]']
    })
  })

  it('of nothing is 0', () => {
    expect(computed([[]], summed())).toEqual({ type: 'float32 []', value: '0', gradients: ['[]'] })
    expect(computed([{ shape: [2, 0], values: [] }], summed({ axis: 1 }))).toMatchObject({ value: '[0, 0]' })
    expect(computed([{ shape: [0, 2], values: [] }], summed({ axis: 1 }))).toMatchObject({ value: '[]' })
  })

  it('of one number is that number', () => {
    expect(computed([[[7]]], summed())).toEqual({ type: 'float32 []', value: '7', gradients: ['[[1]]'] })
  })

  it('of int32 wraps modulo 2^32', () => {
    expect(computed([Int32Array.of(2 ** 31 - 1, 2)], summed())).toEqual({
      type: 'int32 []',
      value: '-2147483647',
      gradients: ['none']
    })
  })

  it('of large and small numbers loses none that float32 holds', () => {
    expect(computed([[1e4, -1e4, 100, 0.25]], summed()).value).toBe('100.25')
    expect(computed([[Infinity, 1]], summed()).value).toBe('Infinity')
    expect(computed([[Infinity, -Infinity]], summed()).value).toBe('NaN')
  })
})

describe('mean', () => {
  it('gives g / n to each of n', () => {
    expect(computed([matrix], averaged({ axis: 1 }), [3, 6])).toEqual({
      type: 'float32 [2]',
      value: '[2, 5]',
      gradients: ['[[1, 1, 1], [2, 2, 2]]']
    })
    expect(computed([matrix], averaged({ axis: 0, keepDims: true }), [[2, 4, 6]])).toEqual({
      type: 'float32 [1, 3]',
      value: '[[2.5, 3.5, 4.5]]',
      gradients: ['[[1, 2, 3], [1, 2, 3]]']
    })
  })

  it('over all axes, and over several', () => {
    expect(computed([matrix], averaged(), 6)).toMatchObject({ value: '3.5', gradients: ['[[1, 1, 1], [1, 1, 1]]'] })
    expect(computed([cube], averaged({ axis: [0, 2] }), [4, 8])).toMatchObject({
      value: '[3.5, 5.5]',
      gradients: ['[[[1, 1], [2, 2]], [[1, 1], [2, 2]]]']
    })
  })

  it('of nothing is NaN, of no rows nothing, of one number that number', () => {
    expect(computed([[]], averaged())).toEqual({ type: 'float32 []', value: 'NaN', gradients: ['[]'] })
    expect(computed([{ shape: [0, 2], values: [] }], averaged({ axis: 1 }))).toMatchObject({ value: '[]' })
    expect(computed([5], averaged())).toMatchObject({ value: '5', gradients: ['1'] })
    expect(computed([[4, 6]], averaged({ axis: [] }), [1, 2])).toMatchObject({ value: '[4, 6]', gradients: ['[1, 2]'] })
  })
})
