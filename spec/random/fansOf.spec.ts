import { fansOf } from '../../src/random/fansOf'

describe('fansOf', () => {
  // Those of two axes and more, outputs first, are torch.nn.init._calculate_fan_in_and_fan_out's.
  it.each([
    { shape: [3, 5], fanIn: 5, fanOut: 3 },
    { shape: [4, 2, 3], fanIn: 6, fanOut: 12 },
    { shape: [8, 3, 5, 5], fanIn: 75, fanOut: 200 },
    { shape: [2, 3, 4, 5, 6], fanIn: 360, fanOut: 240 },
    { shape: [0, 5], fanIn: 5, fanOut: 0 },
    { shape: [7], fanIn: 7, fanOut: 7 },
    { shape: [], fanIn: 1, fanOut: 1 }
  ])('of $shape, outputs first, is $fanIn and $fanOut', ({ shape, fanIn, fanOut }) => {
    expect(fansOf(shape)).toEqual({ fanIn, fanOut, layout: 'outFirst' })
  })

  it.each([
    { shape: [5, 3], fanIn: 5, fanOut: 3 },
    { shape: [3, 2, 4], fanIn: 6, fanOut: 12 },
    { shape: [5, 5, 3, 8], fanIn: 75, fanOut: 200 },
    { shape: [7], fanIn: 7, fanOut: 7 },
    { shape: [], fanIn: 1, fanOut: 1 }
  ])('of $shape, outputs last, is $fanIn and $fanOut', ({ shape, fanIn, fanOut }) => {
    expect(fansOf(shape, 'outLast')).toEqual({ fanIn, fanOut, layout: 'outLast' })
  })
})
