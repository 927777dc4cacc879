/** What operations that rearrange refuse, besides what primitives.spec.ts has for all primitives. */
import { broadcast, concat, pad, reshape, type Shape, slice, transpose } from 'gradfold'
import { expectRefusal, type Fields, on, onTwo, type Refusal, zeros } from '../support/refusals'

const dimensions = (shape: Shape, axes: ReadonlyArray<number>): Fields => ({ _tag: 'DimensionError', shape, axes })
const invalid = (shape: ReadonlyArray<number>): Fields => ({ _tag: 'InvalidShape', shape })
const outOfBounds = (index: number, size: number): Fields => ({ _tag: 'IndexOutOfBounds', index, size })
const argument = (name: string, value: unknown): Fields => ({ _tag: 'InvalidArgument', argument: name, value })

/** Sizes that no axis has. */
const noSizes = [-1, 1.5, NaN, Infinity]

describe('transpose', () => {
  it.each([[[0, 0]], [[0]], [[0, 1, 2]], [[1, 2]], [[0.5, 1]], [[-1, 0]]])('refuses the permutation %p', (permuted) => {
    const attempt = on((tape, x) => transpose(tape, x, { permutation: permuted }))
    const says = /each axis from 0 to 1 once.*: leave the permutation out to reverse all axes\.$/
    expectRefusal('transpose', [[zeros([2, 3])], attempt, dimensions([2, 3], permuted), says])
  })
})

describe('reshape', () => {
  it.each([
    [[4], [4]],
    [
      [-1, -1],
      [-1, -1]
    ],
    [
      [4, -1],
      [4, 1.5]
    ],
    [
      [-2, -3],
      [-2, -3]
    ],
    [[NaN], [NaN]],
    [
      [0, -1],
      [0, 0]
    ],
    [[], []]
  ])('of six refuses %p', (shape, refused) => {
    const attempt = on((tape, x) => reshape(tape, x, shape))
    const says = /\[2, 3\], which has 6 elements: the product of the sizes must stay; one of them may be -1/
    expectRefusal('reshape', [[zeros([2, 3])], attempt, invalid(refused), says])
  })
})

describe('broadcast', () => {
  it.each([
    [[3], [2, 4]],
    [[2, 3], [3]],
    [[2], [1]],
    [[2], []],
    [[2], [0]]
  ])('of %p refuses %p', (shape, target) => {
    const attempt = on((tape, x) => broadcast(tape, x, target))
    const error = { _tag: 'BroadcastError', shapes: [shape, target] }
    expectRefusal('broadcast', [[zeros(shape)], attempt, error, /To make a tensor smaller use sum, mean or reshape\.$/])
  })

  it.each(noSizes)('refuses the size %p', (size) => {
    const attempt = on((tape, x) => broadcast(tape, x, [2, size]))
    expectRefusal('broadcast', [[zeros([1])], attempt, invalid([2, size]), /whole number from 0 up\./])
  })
})

describe('slice', () => {
  it.each([
    [3, 1],
    [1, 3],
    [-1, 1],
    [0.5, 1],
    [0, 1.5],
    [NaN, 1],
    [0, -2],
    [4, -1]
  ])('of three refuses from %p so many: %p', (begin, size) => {
    const attempt = on((tape, x) => slice(tape, x, [begin], [size]))
    const says = /axis 0 of \[3\], which ends at 3: positions count from 0, and a size of -1 goes to the end\.$/
    expectRefusal('slice', [[zeros([3])], attempt, outOfBounds(begin, 3), says])
  })

  it('refuses more positions or sizes than axes', () => {
    const says = /give at most one for each axis; axes left out are taken whole\.$/
    const positions = on((tape, x) => slice(tape, x, [0, 1], [1]))
    expectRefusal('slice', [[zeros([3])], positions, dimensions([3], [0, 1]), says])
    const sizes = on((tape, x) => slice(tape, x, [0], [1, 1]))
    expectRefusal('slice', [[zeros([3])], sizes, dimensions([3], [0]), says])
  })
})

describe('pad', () => {
  it.each([
    [[1], [1, 1]],
    [[], []],
    [
      [0, -1],
      [0, 0]
    ],
    [
      [0, 0],
      [0, 0.5]
    ],
    [
      [0, NaN],
      [0, 0]
    ]
  ])('of a matrix refuses %p and %p', (before, after) => {
    const attempt = on((tape, x) => pad(tape, x, before, after))
    const error = argument('before, after', [...before, ...after])
    expectRefusal('pad', [
      [zeros([2, 3])],
      attempt,
      error,
      /needs 2 counts before.*: use slice to make a tensor smaller\.$/
    ])
  })
})

describe('concat', () => {
  const mismatch = (...shapes: ReadonlyArray<Shape>): Fields => ({ _tag: 'ShapeMismatch', shapes })
  const joined = onTwo((tape, x, y) => concat(tape, [x, y]))

  it.each<Refusal>([
    [[], (tape) => concat(tape, []), argument('xs', []), /an empty list has no shape; use fill for an empty tensor\.$/],
    [[zeros([]), zeros([])], joined, dimensions([], [0]), /a scalar has no axes\.$/],
    [[zeros([2])], on((tape, x) => concat(tape, [x], { axis: 1 })), dimensions([2], [1]), /axes go from -1 to 0\.$/],
    [[zeros([1, 2]), zeros([1, 3])], joined, mismatch([1, 2], [1, 3]), /Name another axis, or reshape first\.$/],
    [[zeros([2]), zeros([2, 1])], joined, mismatch([2], [2, 1]), /all other sizes must be equal\./],
    [
      [zeros([2]), zeros([2], 'int32')],
      joined,
      { _tag: 'DtypeError', dtypes: ['float32', 'int32'] },
      /convert some with cast\.$/
    ]
  ])('refuses, case %#', (...refusal) => expectRefusal('concat', refusal))
})
