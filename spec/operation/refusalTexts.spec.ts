/** What the texts of refusals single out: the axis that clashes, the operand to transpose, the dtypes that would do. */
import { add, log, logSoftmax, matmul, neg } from 'gradfold'
import { expectRefusal, on, onTwo, zeros } from '../support/refusals'

describe('a shape that does not broadcast', () => {
  it.each([
    // A size of 1 clashes with none, and an axis with one size but for 1 is none to name.
    [[4, 1], [3, 2], 'but axis -2 has 4 and 3'],
    [[2, 5, 3], [2, 6, 3], 'but axis -2 has 5 and 6'],
    [[3], [2, 4], 'but axis -1 has 3 and 4']
  ])('%p beside %p is told by the last axis that clashes', (x, y, says) => {
    const shapes = [x, y]
    expectRefusal('add', [
      shapes.map((shape) => zeros(shape)),
      onTwo(add),
      { _tag: 'BroadcastError', shapes },
      new RegExp(says)
    ])
  })
})

describe('a dtype that an operation does not take', () => {
  it('is told beside those that it takes', () => {
    const bool = zeros([2], 'bool')
    const error = { _tag: 'DtypeError', dtypes: ['bool'] }
    expectRefusal('log', [[bool], on(log), error, /^log takes float32, not bool: convert it first/])
    expectRefusal('neg', [[bool], on(neg), error, /^neg takes float32 or int32, not bool: convert it first/])
  })
})

describe('a shape with too few axes', () => {
  it('is told with how many are needed', () => {
    const scalar = zeros([])
    const error = { _tag: 'DimensionError', shape: [], axes: [] }
    expectRefusal('logSoftmax', [[scalar], on(logSoftmax), error, /at least 1 axis, but \[\] has 0: a scalar/])
    expectRefusal('matmul', [[scalar, zeros([2, 2])], onTwo(matmul), error, /at least 2 axes, but \[\] has 0: reshape/])
  })
})

describe('matrices that do not fit', () => {
  it.each([
    [[2, 3], [4, 3], /3 and 4\. The second fits when transposed: set transposeY\.$/],
    [[3, 2], [3, 4], /2 and 3\. The first fits when transposed: set transposeX\.$/],
    [[2, 3], [4, 5], /check the sizes of \[2, 3\] and \[4, 5\]\.$/],
    // In a batch it is the last two axes that are transposed.
    [[2, 3], [5, 4, 3], /set transposeY\.$/],
    [[5, 3, 2], [3, 4], /set transposeX\.$/]
  ])('%p by %p are told which one to transpose, if that would do', (x, y, says) => {
    const shapes = [x, y]
    expectRefusal('matmul', [
      shapes.map((shape) => zeros(shape)),
      onTwo((tape, left, right) => matmul(tape, left, right)),
      { _tag: 'ShapeMismatch', shapes },
      says
    ])
  })

  it('in batches that do not broadcast are told by their leading axes', () => {
    expectRefusal('matmul', [
      [zeros([2, 1, 2]), zeros([3, 2, 1])],
      onTwo((tape, x, y) => matmul(tape, x, y)),
      {
        _tag: 'BroadcastError',
        shapes: [
          [2, 1, 2],
          [3, 2, 1]
        ]
      },
      /^matmul of \[2, 1, 2\] and \[3, 2, 1\]: the leading axes \[2\] and \[3\] do not broadcast;/
    ])
  })
})
