/** What losses refuse: on every kernel set in the same words, with nothing computed and nothing lost. */
import {
  constant,
  cosineLoss,
  hingeLoss,
  huberLoss,
  klDivergence,
  maeLoss,
  mseLoss,
  nllLoss,
  release,
  type Result,
  sigmoidCrossEntropy,
  softmaxCrossEntropy,
  startTape,
  type Tape,
  type Traced,
  type Variable
} from 'gradfold'
import { onTape } from '../support/leaks'
import { expectRefusal, type Fields, on, onTwo, type Refusal, zeros } from '../support/refusals'
import { refused } from '../support/refused'
import { rightOf } from '../support/results'
import { kernelSets } from '../support/kernelSets'

type OfTwo = (tape: Tape, x: Variable, y: Variable) => Result<Traced<Variable>>

const numeric: Readonly<Record<string, OfTwo>> = { mseLoss, maeLoss, huberLoss, klDivergence, sigmoidCrossEntropy }
const labelled: Readonly<Record<string, OfTwo>> = { nllLoss, hingeLoss, softmaxCrossEntropy }

const invalid = (argument: string, value: unknown): Fields => ({ _tag: 'InvalidArgument', argument, value })

describe.each(Object.entries(numeric))('%s', (name, loss) => {
  it.each([
    [[3, 1], [3]],
    [[2], []],
    [
      [2, 3],
      [3, 2]
    ]
  ])('refuses %p against %p, though some would broadcast', (first, second) => {
    const shapes = [first, second]
    const says = new RegExp(`^${name} compares number by number, but prediction and target are \\[.*reshape`)
    expectRefusal(name, [shapes.map((shape) => zeros(shape)), onTwo(loss), { _tag: 'ShapeMismatch', shapes }, says])
  })

  it('refuses an empty batch and whole numbers', () => {
    const nothing = { _tag: 'InvalidShape', shape: [0, 2] }
    expectRefusal(name, [[zeros([0, 2]), zeros([0, 2])], onTwo(loss), nothing, /empty batch, \[0, 2\]: leave it out/])
    const whole = zeros([2], 'int32')
    const error = { _tag: 'DtypeError', dtypes: ['int32'] }
    expectRefusal(name, [[whole, whole], onTwo(loss), error, /takes float32 numbers, not int32: .*cast/])
  })
})

describe.each(Object.entries(labelled))('%s', (name, loss) => {
  it.each([3, -1, 7])('refuses the label %p of three classes', (label) => {
    const error = { _tag: 'IndexOutOfBounds', index: label, size: 3 }
    const given = { shape: [2], dtype: 'int32', values: [0, label] } as const
    const says = new RegExp(`^${name} was given the label ${label}, but 3 scores .* from 0 to 2`)
    expectRefusal(name, [[zeros([2, 3]), given], onTwo(loss), error, says])
  })

  it('refuses scores without an axis, none at all, and labels that are not one for each row', () => {
    const whole = zeros([], 'int32')
    expectRefusal(name, [[zeros([]), whole], onTwo(loss), { _tag: 'DimensionError', shape: [] }, /counts the classes/])
    const empty = { _tag: 'InvalidShape', shape: [0, 3] }
    expectRefusal(name, [[zeros([0, 3]), zeros([0], 'int32')], onTwo(loss), empty, /leave it out/])
    const shapes = [
      [2, 3],
      [3, 1]
    ]
    const error = { _tag: 'ShapeMismatch', shapes }
    expectRefusal(name, [[zeros([2, 3]), zeros([3, 1], 'int32')], onTwo(loss), error, /one .*label for each .*|\[2\]/])
  })

  it('refuses labels in float32', () => {
    const error = { _tag: 'DtypeError', dtypes: ['float32'] }
    expectRefusal(name, [[zeros([2, 3]), zeros([2])], onTwo(loss), error, /int32 labels, not float32: .*cast/])
  })

  it.each(kernelSets)('refuses labels of another tape, and released ones, on $name', ({ create }) => {
    onTape(create(), (start) => {
      const scores = rightOf(constant(start, zeros([2, 3])))
      const elsewhere = rightOf(constant(startTape(start.kernels), [0, 1], { dtype: 'int32' }))
      const error = refused(scores.tape, (tape) => loss(tape, scores.value, elsewhere.value))
      expect(error).toMatchObject({ _tag: 'ForeignVariable', operation: name })
      const gone = rightOf(constant(scores.tape, [0, 1], { dtype: 'int32' }))
      release(gone.value)
      const late = refused(gone.tape, (tape) => loss(tape, scores.value, gone.value))
      expect(late).toMatchObject({ _tag: 'Released', operation: name })
    })
  })
})

const scores = zeros([2, 3])
const two = zeros([2, 3])
const labels = zeros([2], 'int32')
const ignored = { shape: [2], dtype: 'int32', values: [-1, -1] } as const

const refusals: Readonly<Record<string, ReadonlyArray<Refusal>>> = {
  huberLoss: [0, -1, NaN, Infinity, 1e39, 1e-60].map((delta) => [
    [two, two],
    onTwo((tape, x, y) => huberLoss(tape, x, y, { delta })),
    invalid('delta', delta),
    /needs delta to be a positive number, not .*use maeLoss/
  ]),
  hingeLoss: [-0.5, NaN, Infinity].map((margin) => [
    [scores, labels],
    onTwo((tape, x, y) => hingeLoss(tape, x, y, { margin })),
    invalid('margin', margin),
    /needs margin to be a finite number from 0 up, not/
  ]),
  klDivergence: [
    [
      [zeros([]), zeros([])],
      onTwo((tape, x, y) => klDivergence(tape, x, y, { reduction: 'batchMean' })),
      { _tag: 'DimensionError', shape: [] },
      /its first axis counts the examples/
    ]
  ],
  sigmoidCrossEntropy: [
    ...[-1, NaN, Infinity, 1e39].map((weight): Refusal => [
      [two, two],
      onTwo((tape, x, y) => sigmoidCrossEntropy(tape, x, y, { positiveWeight: [1, weight, 1] })),
      invalid('positiveWeight', weight),
      /finite and not negative, but number 1 is/
    ]),
    [
      [two, two],
      onTwo((tape, x, y) => sigmoidCrossEntropy(tape, x, y, { positiveWeight: [1, 1] })),
      { _tag: 'ShapeMismatch', shapes: [[], [3], [2]] },
      /takes positiveWeight of shape \[\] or \[3\], one for each class along the last axis, not \[2\]/
    ]
  ],
  nllLoss: [
    [
      [scores, labels],
      onTwo((tape, x, y) => nllLoss(tape, x, y, { weights: [1, -2, 1] })),
      invalid('weights', -2),
      /finite and not negative, but number 1 is -2/
    ],
    [
      [scores, labels],
      onTwo((tape, x, y) => nllLoss(tape, x, y, { weights: [[1], [1], [1]] })),
      { _tag: 'ShapeMismatch', shapes: [[3], [3, 1]] },
      /takes weights of shape \[3\], .*not \[3, 1\]/
    ],
    [
      [scores, labels],
      onTwo((tape, x, y) => nllLoss(tape, x, y, { weights: [[1, 2], [1]] })),
      { _tag: 'InvalidShape' },
      /unequal lengths/
    ],
    [
      [scores, labels],
      onTwo((tape, x, y) => nllLoss(tape, x, y, { ignoreIndex: 0.5 })),
      invalid('ignoreIndex', 0.5),
      /whole number of 32 bits, not 0\.5/
    ],
    [
      [scores, ignored],
      onTwo((tape, x, y) => nllLoss(tape, x, y, { ignoreIndex: -1 })),
      invalid('ignoreIndex', -1),
      /2 labels, all of them the ignoreIndex -1: leave the batch out/
    ],
    [
      [scores, ignored],
      onTwo((tape, x, y) => nllLoss(tape, x, y, { ignoreIndex: -100 })),
      { _tag: 'IndexOutOfBounds', index: -1, size: 3 },
      /from 0 to 2: .*ignoreIndex/
    ]
  ],
  softmaxCrossEntropy: [
    ...[1.5, -0.1, NaN].map((labelSmoothing): Refusal => [
      [scores, labels],
      onTwo((tape, x, y) => softmaxCrossEntropy(tape, x, y, { labelSmoothing })),
      invalid('labelSmoothing', labelSmoothing),
      /needs labelSmoothing to be from 0 to 1, not/
    ]),
    [
      [scores, labels],
      onTwo((tape, x, y) => softmaxCrossEntropy(tape, x, y, { weights: [1, NaN, 1] })),
      invalid('weights', NaN),
      /but number 1 is NaN/
    ],
    [
      [scores, labels],
      onTwo((tape, x, y) => softmaxCrossEntropy(tape, x, y, { weights: 1 })),
      { _tag: 'ShapeMismatch', shapes: [[3], []] },
      /takes weights of shape \[3\]/
    ],
    [
      [scores, labels],
      onTwo((tape, x, y) => softmaxCrossEntropy(tape, x, y, { ignoreIndex: 2 ** 31 })),
      invalid('ignoreIndex', 2 ** 31),
      /whole number of 32 bits/
    ],
    [
      [scores, two],
      onTwo((tape, x, y) => softmaxCrossEntropy(tape, x, y, { ignoreIndex: -1 })),
      invalid('ignoreIndex', -1),
      /was given distributions, .*ignoreIndex is for labels/
    ],
    [
      [scores, ignored],
      onTwo((tape, x, y) => softmaxCrossEntropy(tape, x, y, { ignoreIndex: -1 })),
      invalid('ignoreIndex', -1),
      /leave the batch out/
    ],
    [
      [scores, ignored],
      onTwo((tape, x, y) => softmaxCrossEntropy(tape, x, y, { weights: [1, 2, 3] })),
      { _tag: 'IndexOutOfBounds', index: -1, size: 3 },
      /from 0 to 2/
    ],
    [
      [scores, { shape: [2], dtype: 'int32', values: [3, -1] }],
      onTwo((tape, x, y) => softmaxCrossEntropy(tape, x, y, { ignoreIndex: -1, labelSmoothing: 0.5 })),
      { _tag: 'IndexOutOfBounds', index: 3, size: 3 },
      /the label 3/
    ]
  ],
  cosineLoss: [
    ...[1.5, -2, NaN].map((margin): Refusal => [
      [two, two],
      onTwo((tape, x, y) => cosineLoss(tape, x, y, [1, -1], { margin })),
      invalid('margin', margin),
      /needs margin to be from -1 to 1, not/
    ]),
    [
      [two, two],
      onTwo((tape, x, y) => cosineLoss(tape, x, y, [1, 0])),
      invalid('targets', 0),
      /1 \(alike\) and -1 \(unlike\), but number 1 is 0: are they 0 and 1\?/
    ],
    [
      [two, zeros([3, 2])],
      onTwo((tape, x, y) => cosineLoss(tape, x, y, [1, 1])),
      {
        _tag: 'ShapeMismatch',
        shapes: [
          [2, 3],
          [3, 2]
        ]
      },
      /compares vector by vector/
    ],
    [
      [two, two],
      onTwo((tape, x, y) => cosineLoss(tape, x, y, [1, 1, 1])),
      { _tag: 'ShapeMismatch', shapes: [[2, 3], [3]] },
      /one target for each row, \[2\], not \[3\]/
    ],
    [
      [zeros([])],
      on((tape, x) => cosineLoss(tape, x, x, 1)),
      { _tag: 'DimensionError', shape: [] },
      /the last axis holds the features/
    ],
    [
      [zeros([2, 0])],
      on((tape, x) => cosineLoss(tape, x, x, [1, 1])),
      { _tag: 'InvalidShape', shape: [2, 0] },
      /leave it out/
    ],
    [
      [two, zeros([2, 3], 'int32')],
      onTwo((tape, x, y) => cosineLoss(tape, x, y, [1, 1])),
      { _tag: 'DtypeError', dtypes: ['int32'] },
      /cast/
    ]
  ]
}

const rows = Object.entries(refusals).flatMap(([name, all]) =>
  all.map((refusal) => ({ name, says: String(refusal[3]), refusal }))
)

describe('a loss', () => {
  it.each(rows)('refuses: $name, $says', ({ name, refusal }) => {
    expectRefusal(name, refusal)
  })
})
