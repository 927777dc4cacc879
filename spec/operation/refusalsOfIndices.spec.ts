/** What gather, scatterAdd and oneHot refuse, besides what primitives.spec.ts has for all primitives. */
import { gather, oneHot, scatterAdd, type Shape } from 'gradfold'
import { expectRefusal, type Fields, on, onTwo, type Refusal, zeros } from '../support/refusals'

const dimensions = (shape: Shape, axes: ReadonlyArray<number>): Fields => ({ _tag: 'DimensionError', shape, axes })
const invalid = (shape: ReadonlyArray<number>): Fields => ({ _tag: 'InvalidShape', shape })
const outOfBounds = (index: number, size: number): Fields => ({ _tag: 'IndexOutOfBounds', index, size })

/** Sizes that no axis has. */
const noSizes = [-1, 1.5, NaN, Infinity]

const whole = { _tag: 'DtypeError', dtypes: ['int32'] }
const notWhole = { _tag: 'DtypeError', dtypes: ['float32'] }

describe('gather', () => {
  const table = zeros([3, 2])
  it.each<Refusal>([
    [
      [table],
      on((tape, x) => gather(tape, x, [0, 3])),
      outOfBounds(3, 3),
      /3 \(number 1\), but they go from 0 to 2: do they start at 1/
    ],
    [[table], on((tape, x) => gather(tape, x, -1)), outOfBounds(-1, 3), /-1 \(number 0\)/],
    [[table], on((tape, x) => gather(tape, x, [2], { axis: 1 })), outOfBounds(2, 2), /from 0 to 1/],
    [[zeros([0, 2])], on((tape, x) => gather(tape, x, [0])), outOfBounds(0, 0), /there is nothing to choose from/],
    [[table], on((tape, x) => gather(tape, x, [0], { axis: 2 })), dimensions([3, 2], [2]), /axes go from -2 to 1\.$/],
    [[zeros([])], on((tape, x) => gather(tape, x, 0)), dimensions([], [0]), /a scalar has no axes\.$/],
    [[table], on((tape, x) => gather(tape, x, [0, 0.5])), whole, /^gather cannot hold 0\.5 \(at position 1\) as int32/],
    [[table, zeros([1])], onTwo(gather), notWhole, /convert them with cast\(tape, indices, 'int32'\)\.$/],
    [
      [table, { shape: [1], values: Int32Array.of(3) }],
      onTwo(gather),
      outOfBounds(3, 3),
      /is the number of classes or rows too small/
    ]
  ])('refuses, case %#', (...refusal) => expectRefusal('gather', refusal))
})

describe('scatterAdd', () => {
  const rows = zeros([3, 2])
  it.each<Refusal>([
    [[rows], on((tape, x) => scatterAdd(tape, x, [0, 1, 2], 2)), outOfBounds(2, 2), /from 0 to 1/],
    [[rows], on((tape, x) => scatterAdd(tape, x, [0, 0, 0], 0)), outOfBounds(0, 0), /nothing to choose from/],
    [
      [rows],
      on((tape, x) => scatterAdd(tape, x, [0, 1], 2)),
      { _tag: 'ShapeMismatch', shapes: [[3, 2], [2]] },
      /one index for each slice.*do not begin with the shape of the indices, \[2\]\.$/
    ],
    [[zeros([])], on((tape, x) => scatterAdd(tape, x, [0], 2)), { _tag: 'ShapeMismatch' }, /one index for each slice/],
    // The result has two axes: the place of the indices, and the columns.
    [
      [rows],
      on((tape, x) => scatterAdd(tape, x, [0, 0, 0], 4, { axis: 2 })),
      dimensions([4, 2], [2]),
      /from -2 to 1\.$/
    ],
    [[rows], on((tape, x) => scatterAdd(tape, x, [0, 0, 0], 4, { axis: -3 })), dimensions([4, 2], [-3]), /no axis -3/],
    [[rows], on((tape, x) => scatterAdd(tape, x, 0, 4, { axis: 0.5 })), dimensions([4, 3, 2], [0.5]), /no axis 0\.5/],
    [[rows, zeros([3])], onTwo((tape, x, y) => scatterAdd(tape, x, y, 2)), notWhole, /cast\(tape, indices, 'int32'\)/],
    [[rows], on((tape, x) => scatterAdd(tape, x, [0.5], 2)), whole, /^scatterAdd cannot hold 0\.5/]
  ])('refuses, case %#', (...refusal) => expectRefusal('scatterAdd', refusal))

  it.each(noSizes)('refuses the size %p', (size) => {
    const attempt = on((tape, x) => scatterAdd(tape, x, [0], size))
    expectRefusal('scatterAdd', [[zeros([1])], attempt, invalid([size]), /whole number from 0 up\./])
  })
})

describe('oneHot', () => {
  it.each<Refusal>([
    [[], (tape) => oneHot(tape, [0, 3], 3), outOfBounds(3, 3), /from 0 to 2: do they start at 1/],
    [[], (tape) => oneHot(tape, [-1], 3), outOfBounds(-1, 3), /-1 \(number 0\)/],
    [[], (tape) => oneHot(tape, [0], 0), outOfBounds(0, 0), /nothing to choose from/],
    [[], (tape) => oneHot(tape, [1.5], 3), whole, /^oneHot cannot hold 1\.5/]
  ])('refuses, case %#', (...refusal) => expectRefusal('oneHot', refusal))

  it.each(noSizes)('refuses the depth %p', (depth) =>
    expectRefusal('oneHot', [[], (tape) => oneHot(tape, [0], depth), invalid([depth]), /whole number from 0 up\./])
  )
})
