import {
  add,
  backward,
  cast,
  constant,
  edit,
  fill,
  gather,
  linear,
  matmul,
  named,
  parameter,
  read,
  referenceKernels,
  release,
  relu,
  type Result,
  shapesKernels,
  show,
  startTape,
  sum,
  type Tape,
  type TensorError,
  uniform
} from 'gradfold'
import {
  atPath,
  broadcastError,
  dimensionError,
  dtypeError,
  fileError,
  foreignVariable,
  indexOutOfBounds,
  invalidArgument,
  invalidShape,
  kernelError,
  noGradientPath,
  notScalar,
  released,
  shapeMismatch,
  shapesText,
  shapeText
} from '../../src/error/tensorError'
import { onTape } from '../support/leaks'
import { leftOf, rightOf } from '../support/results'

const text = 'what happened, the likely cause, the way out'
const common = { operation: 'probe', path: '', message: text }

/** Each constructor, and what it makes. */
const made: ReadonlyArray<[TensorError, object]> = [
  [shapeMismatch('probe', [[1], [2]], text), { _tag: 'ShapeMismatch', shapes: [[1], [2]] }],
  [invalidShape('probe', [-1, NaN], text), { _tag: 'InvalidShape', shape: [-1, NaN] }],
  [dimensionError('probe', [2, 3], [2], text), { _tag: 'DimensionError', shape: [2, 3], axes: [2] }],
  [broadcastError('probe', [[2], [3]], text), { _tag: 'BroadcastError', shapes: [[2], [3]] }],
  [indexOutOfBounds('probe', 10, 10, text), { _tag: 'IndexOutOfBounds', index: 10, size: 10 }],
  [dtypeError('probe', ['int32'], text), { _tag: 'DtypeError', dtypes: ['int32'] }],
  [foreignVariable('probe', [[2]], text), { _tag: 'ForeignVariable', shapes: [[2]] }],
  [released('probe', [[2]], text), { _tag: 'Released', shapes: [[2]] }],
  [notScalar('probe', [2], text), { _tag: 'NotScalar', shape: [2] }],
  [noGradientPath('probe', text), { _tag: 'NoGradientPath' }],
  [invalidArgument('probe', 'rate', -1, text), { _tag: 'InvalidArgument', argument: 'rate', value: -1 }],
  [kernelError('probe', 'wasm', 'lost', text), { _tag: 'KernelError', kernels: 'wasm', reason: 'lost' }],
  [fileError('probe', 'a.json', 'missing', text), { _tag: 'FileError', file: 'a.json', reason: 'missing' }]
]

describe('every constructor', () => {
  it.each(made)('makes plain data: %j', (error, fields) => {
    expect(error).toEqual({ ...common, ...fields })
    expect(structuredClone(error)).toEqual(error)
    expect(show(error)).toBe(`${error._tag} in probe: ${text}`)
    expect(show(atPath('encoder.2')(error))).toBe(`${error._tag} in probe at encoder.2: ${text}`)
  })

  it('has a tag of its own', () => {
    expect(new Set(made.map(([{ _tag }]) => _tag)).size).toBe(13)
  })
})

describe('atPath', () => {
  it('says where, once: the innermost path stays', () => {
    const error = notScalar('probe', [2], text)
    const inner = atPath('a.b')(error)
    expect(inner).toEqual({ ...error, path: 'a.b' })
    expect(atPath('a')(inner)).toBe(inner)
    expect(atPath('')(error)).toBe(error)
    expect(error.path).toBe('')
  })
})

describe('shapes as text', () => {
  it('are as one writes them', () => {
    expect(shapeText([])).toBe('[]')
    expect(shapeText([32, 128])).toBe('[32, 128]')
    expect(shapesText([[2, 3], [4]])).toBe('[2, 3] and [4]')
    expect(shapesText([[2], [], [3]])).toBe('[2] and [] and [3]')
  })
})

describe('what users meet', () => {
  it('names the inner dimensions of a product that does not fit, and what to do', () => {
    onTape(shapesKernels(), (empty) => {
      const x = rightOf(uniform(empty, [32, 128]))
      const y = rightOf(uniform(x.tape, [256, 10]))
      const error = leftOf(matmul(y.tape, x.value, y.value))
      expect(error).toMatchObject({ _tag: 'ShapeMismatch', operation: 'matmul', shapes: [[32, 128], [256, 10]] }) // prettier-ignore
      expect(show(error)).toMatch(
        /^ShapeMismatch in matmul: matmul of \[32, 128\] by \[256, 10\]: inner dimensions must match: 128 and 256\./
      )
      const z = rightOf(uniform(y.tape, [10, 128]))
      expect(leftOf(matmul(z.tape, x.value, z.value)).message).toContain('fits when transposed: set transposeY')
      const w = rightOf(uniform(z.tape, [32, 10]))
      expect(leftOf(matmul(w.tape, x.value, w.value)).message).toContain('fits when transposed: set transposeX')
    })
  })

  const vector = (tape: Tape) => rightOf(parameter(tape, [1, 2, 3]))
  const mistakes: ReadonlyArray<[TensorError['_tag'], (tape: Tape) => Result<unknown>, RegExp]> = [
    [
      'BroadcastError',
      (empty) => {
        const { tape, value } = vector(empty)
        const other = rightOf(constant(tape, [1, 2]))
        return add(other.tape, value, other.value)
      },
      /add cannot broadcast \[3\] and \[2\].*axis -1 has 3 and 2.*reshape to add one/
    ],
    ['InvalidShape', (tape) => fill(tape, [2, -1], 0), /fill cannot make a tensor \[2, -1\].*whole number from 0 up/],
    [
      'DimensionError',
      (empty) => {
        const { tape, value } = vector(empty)
        return sum(tape, value, { axis: 1 })
      },
      /sum has no axis 1 in \[3\]: axes go from -1 to 0/
    ],
    [
      'IndexOutOfBounds',
      (empty) => {
        const { tape, value } = vector(empty)
        return gather(tape, value, [3])
      },
      /gather was given the index 3 .*they go from 0 to 2: do they start at 1/
    ],
    [
      'DtypeError',
      (empty) => {
        const { tape, value } = vector(empty)
        const whole = rightOf(cast(tape, value, 'int32'))
        return add(whole.tape, value, whole.value)
      },
      /add takes two tensors of one dtype, not float32 and int32: nothing is converted silently.*cast/
    ],
    [
      'ForeignVariable',
      (empty) => relu(empty, vector(empty).value),
      /relu was given a variable \[3\] that is not on its tape.*Use the tape that came back/
    ],
    [
      'Released',
      (empty) => {
        const { value } = vector(empty)
        release(value)
        return read(value)
      },
      /read needs a tensor \[3\] whose memory was released.*return it from the scope to keep it/
    ],
    [
      'NotScalar',
      (empty) => {
        const { tape, value } = vector(empty)
        return backward(tape, value)
      },
      /backward starts from one number, but the loss is \[3\]: reduce it with mean or sum/
    ],
    [
      'NoGradientPath',
      (empty) => {
        const { tape, value } = rightOf(constant(empty, 1))
        return backward(tape, value)
      },
      /The loss depends on no parameter.*Is the variable a parameter, and is it used in the loss\?/
    ],
    ['InvalidArgument', (tape) => linear(tape, 0, 2), /linear needs inFeatures to be a whole number from 1 up, not 0/],
    [
      'KernelError',
      () => read(rightOf(constant(startTape(shapesKernels()), [1])).value),
      /has no numbers to read.*startTape\(defaultKernels\(\)\)/
    ]
  ]

  it.each(mistakes)('%s says what happened and what to do', (tag, mistake, message) => {
    onTape(referenceKernels(), (tape) => {
      const error = leftOf(mistake(tape))
      expect(error._tag).toBe(tag)
      expect(error.message).toMatch(message)
      expect(error.message).toContain(tag === 'KernelError' || tag === 'NoGradientPath' ? '' : error.operation)
      expect(error.message.split('\n')).toHaveLength(1)
    })
  })

  it.each(mistakes.filter(([tag]) => !['Released', 'KernelError'].includes(tag)))(
    '%s says under which layer it happened',
    (_, mistake) => {
      onTape(referenceKernels(), (tape) => {
        const paths: string[] = []
        named(tape, 'encoder', (inner) => {
          paths.push(leftOf(mistake(inner)).path)
          return fill(inner, [], 0)
        })
        expect(paths).toEqual(['encoder'])
      })
    }
  )

  it('is data that can be edited and told apart by its tag', () => {
    const error = invalidShape('probe', [-1], text)
    expect(edit(error, (draft) => void (draft.operation = 'other')).operation).toBe('other')
    expect(error.operation).toBe('probe')
  })
})
