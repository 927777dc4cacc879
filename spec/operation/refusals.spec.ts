/** What arithmetic, reductions, matmul and select refuse, besides what primitives.spec.ts has for all primitives. */
import {
  add,
  div,
  equal,
  gather,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logSoftmax,
  matmul,
  max,
  maximum,
  mean,
  minimum,
  mul,
  notEqual,
  parameter,
  referenceKernels,
  type Result,
  scatterAdd,
  select,
  softmax,
  sub,
  sum,
  type Tape
} from 'gradfold'
import { onTape } from '../support/leaks'
import { refused } from '../support/refused'
import { rightOf } from '../support/results'
import { expectRefusal, type Fields, on, onTwo, type Refusal, zeros } from '../support/refusals'

const binary = {
  add,
  div,
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  maximum,
  minimum,
  mul,
  notEqual,
  sub
}

describe.each(Object.entries(binary))('%s', (name, operation) => {
  it('refuses shapes that do not broadcast', () => {
    const shapes = [
      [2, 3],
      [2, 4]
    ]
    const says = /axis -1 has 3 and 4\. Is an axis missing \(reshape .*\) or swapped \(transpose\)\?$/
    expectRefusal(name, [shapes.map((s) => zeros(s)), onTwo(operation), { _tag: 'BroadcastError', shapes }, says])
    expectRefusal(name, [[zeros([0]), zeros([3])], onTwo(operation), { _tag: 'BroadcastError' }, /axis -1 has 0 and 3/])
  })

  it('refuses two dtypes', () => {
    const inputs = [zeros([2]), zeros([2], 'int32')]
    const error = { _tag: 'DtypeError', dtypes: ['float32', 'int32'] }
    expectRefusal(name, [inputs, onTwo(operation), error, /nothing is converted silently; convert one with cast\.$/])
  })

  it('refuses a number that is none of the other side, on the right and on the left', () => {
    const says = /cast the other operand to float32, or use a value that fits\.$/
    const bool = [zeros([2], 'bool')]
    const whole = [zeros([2], 'int32')]
    const error = (value: number): Fields => ({ _tag: 'InvalidArgument', argument: 'value', value })
    expectRefusal(name, [whole, on((tape, x) => operation(tape, x, 2.5)), error(2.5), says])
    expectRefusal(name, [whole, on((tape, x) => operation(tape, NaN, x)), error(NaN), says])
    expectRefusal(name, [whole, on((tape, x) => operation(tape, x, 2 ** 31)), error(2 ** 31), says])
    expectRefusal(name, [bool, on((tape, x) => operation(tape, x, 2)), error(2), says])
  })
})

it('what is made beside a stranger leaves nothing behind', () => {
  const kernels = referenceKernels()
  onTape(kernels, (elsewhere) => {
    const stranger = rightOf(parameter(elsewhere, [1, 2])).value
    const matrix = rightOf(parameter(elsewhere, [[1, 2]])).value
    onTape(kernels, (tape) => {
      const attempts: Readonly<Record<string, (start: Tape) => Result<unknown>>> = {
        mul: (start) => mul(start, stranger, 2),
        less: (start) => less(start, 2, stranger),
        select: (start) => select(start, stranger, 1, 0),
        gather: (start) => gather(start, stranger, [0]),
        scatterAdd: (start) => scatterAdd(start, stranger, [0, 0], 1),
        // Along the first axis, softmax begins with one.
        transpose: (start) => softmax(start, matrix, { axis: 0 })
      }
      for (const [operation, attempt] of Object.entries(attempts)) {
        expect(refused(tape, attempt)).toMatchObject({ _tag: 'ForeignVariable', operation })
      }
    })
  })
})

it('a number beside what is refused leaves nothing behind', () => {
  const error = { _tag: 'DtypeError', dtypes: ['bool'] }
  expectRefusal('mul', [[zeros([2], 'bool')], on((tape, x) => mul(tape, x, 1)), error, /cast\(tape, x, 'float32'\)\.$/])
  expectRefusal('less', [
    [zeros([2], 'bool')],
    on((tape, x) => less(tape, 1, x)),
    error,
    /cast\(tape, x, 'float32'\)\.$/
  ])
})

const missing = (axes: ReadonlyArray<number>, shape: ReadonlyArray<number>): Fields => ({
  _tag: 'DimensionError',
  axes,
  shape
})

describe.each([
  ['sum', sum],
  ['mean', mean],
  ['max', max]
] as const)('%s', (name, operation) => {
  it.each([[2], [-3], [0.5], [NaN], [Infinity]])('refuses the axis %p of a matrix', (axis) => {
    const attempt = on((tape, x) => operation(tape, x, { axis }))
    expectRefusal(name, [[zeros([2, 3])], attempt, missing([axis], [2, 3]), /axes go from -2 to 1\.$/])
  })

  it('refuses an axis named twice, and any axis of a scalar', () => {
    const twice = on((tape, x) => operation(tape, x, { axis: [0, -2] }))
    expectRefusal(name, [[zeros([2, 3])], twice, missing([0, -2], [2, 3]), /twice.*: name it once\.$/])
    const ofScalar = on((tape, x) => operation(tape, x, { axis: 0 }))
    expectRefusal(name, [[zeros([])], ofScalar, missing([0], []), /a scalar has no axes\.$/])
  })
})

describe('max', () => {
  it.each<Refusal>([
    [[zeros([0])], on(max), { _tag: 'InvalidShape', shape: [0] }, /Leave out empty batches\.$/],
    [
      [zeros([0, 3])],
      on((tape, x) => max(tape, x, { axis: 0 })),
      { _tag: 'InvalidShape', shape: [0, 3] },
      /along axis 0/
    ]
  ])('refuses the largest of nothing, case %#', (...refusal) => expectRefusal('max', refusal))
})

describe('matmul', () => {
  const mismatch = (...shapes: ReadonlyArray<ReadonlyArray<number>>): Fields => ({ _tag: 'ShapeMismatch', shapes })
  const product = onTwo(matmul)

  it.each<Refusal>([
    [[zeros([3]), zeros([3, 2])], product, missing([], [3]), /reshape a vector to \[1, n\] or \[n, 1\] first\.$/],
    [[zeros([2, 3]), zeros([3])], product, missing([], [3]), /at least 2 axes, but \[3\] has 1/],
    [
      [zeros([2, 2]), zeros([2, 2], 'int32')],
      product,
      { _tag: 'DtypeError', dtypes: ['float32', 'int32'] },
      /convert one with cast\.$/
    ],
    [
      [zeros([32, 128]), zeros([256, 10])],
      product,
      mismatch([32, 128], [256, 10]),
      /inner dimensions must match: 128 and 256\. .*check the sizes of \[32, 128\] and \[256, 10\]\.$/
    ],
    [[zeros([2, 3]), zeros([4, 3])], product, mismatch([2, 3], [4, 3]), /3 and 4\. .* set transposeY\.$/],
    [[zeros([3, 2]), zeros([3, 4])], product, mismatch([3, 2], [3, 4]), /2 and 3\. .* set transposeX\.$/],
    [
      [zeros([2, 3]), zeros([3, 4])],
      onTwo((tape, x, y) => matmul(tape, x, y, { transposeX: true, transposeY: true })),
      mismatch([2, 3], [3, 4]),
      /\[2, 3\] transposed by \[3, 4\] transposed: inner dimensions must match: 2 and 4/
    ],
    [
      [zeros([2, 1, 1]), zeros([3, 1, 1])],
      product,
      {
        _tag: 'BroadcastError',
        shapes: [
          [2, 1, 1],
          [3, 1, 1]
        ]
      },
      /the leading axes \[2\] and \[3\] do not broadcast.*reshape to add one of size 1/
    ]
  ])('refuses, case %#', (...refusal) => expectRefusal('matmul', refusal))
})

describe('select', () => {
  const bool = zeros([2], 'bool')
  it.each<Refusal>([
    [
      [zeros([2]), zeros([2])],
      onTwo((tape, condition, x) => select(tape, condition, x, x)),
      { _tag: 'DtypeError', dtypes: ['float32'] },
      /a bool condition, not float32: make one by a comparison such as greater\.$/
    ],
    [
      [bool, zeros([2]), zeros([2], 'int32')],
      (tape, [condition, x, y]) => select(tape, condition!, x!, y!),
      { _tag: 'DtypeError', dtypes: ['float32', 'int32'] },
      /convert one with cast\.$/
    ],
    [
      [bool, zeros([3]), zeros([2])],
      (tape, [condition, x, y]) => select(tape, condition!, x!, y!),
      { _tag: 'BroadcastError', shapes: [[3], [2]] },
      /axis -1 has 3 and 2/
    ],
    [
      [bool, zeros([3])],
      onTwo((tape, condition, x) => select(tape, condition, x, 0)),
      { _tag: 'BroadcastError', shapes: [[2], [3], []] },
      /\[2\] and \[3\] and \[\]: .*axis -1 has 2 and 3/
    ],
    [
      [bool, zeros([2], 'int32')],
      onTwo((tape, condition, x) => select(tape, condition, 0.5, x)),
      { _tag: 'InvalidArgument', value: 0.5 },
      /cast the other operand to float32/
    ]
  ])('refuses, case %#', (...refusal) => expectRefusal('select', refusal))
})

describe.each([
  ['softmax', softmax],
  ['logSoftmax', logSoftmax]
] as const)('%s', (name, operation) => {
  it.each<Refusal>([
    [[zeros([])], on(operation), missing([], []), /a scalar has no axis to normalise over\.$/],
    [[zeros([])], on((tape, x) => operation(tape, x, { axis: 0 })), missing([], []), /a scalar has no axis/],
    [[zeros([2, 3])], on((tape, x) => operation(tape, x, { axis: 2 })), missing([2], [2, 3]), /from -2 to 1\.$/],
    [[zeros([2, 3])], on((tape, x) => operation(tape, x, { axis: 0.5 })), missing([0.5], [2, 3]), /no axis 0\.5/],
    // Along the first axis it is transposed before, and that must go again.
    [
      [zeros([2, 3], 'int32')],
      on((tape, x) => operation(tape, x, { axis: 0 })),
      { _tag: 'DtypeError', dtypes: ['int32'] },
      /cast\(tape, x, 'float32'\)\.$/
    ]
  ])('refuses, case %#', (...refusal) => expectRefusal(name, refusal))
})
