import {
  activation,
  andThen,
  batchNorm,
  constant,
  custom,
  dropout,
  evaluation,
  forward,
  freeze,
  type Kernels,
  linear,
  map,
  matmul,
  memory,
  mul,
  parameter,
  read,
  sequential,
  type Shape,
  shapesKernels,
  startTape,
  summary,
  summaryText,
  type Tape,
  trace,
  training,
  uniform,
  wasmKernels
} from 'gradfold'
import { isLeft } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import { float32Sets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { leftOf, rightOf } from '../support/results'

const shapesTape = (): Tape => startTape(shapesKernels())

/** 784-256-128-10. */
const digits = (tape: Tape) =>
  sequential(
    tape,
    (at) => linear(at, 784, 256),
    activation('relu'),
    (at) => linear(at, 256, 128),
    activation('relu'),
    (at) => linear(at, 128, 10)
  )

/** A layer of every manner: state of all kinds, masks, one that may record nothing, three axes, a constant of its own. */
const various = (tape: Tape) =>
  sequential(
    tape,
    (at) => linear(at, 6, 5),
    (at) => batchNorm(at, 5),
    dropout({ p: 0.5 }),
    activation('tanh'),
    (at) =>
      pipe(
        parameter(at, [1, 2, 3, 4, 5], { name: 'factor' }),
        map((factor) =>
          custom('Scale', { factor }, (inner, own, x) =>
            trace(inner, function* (run) {
              return yield* run(mul, yield* run(mul, x, own.factor), 2)
            })
          )
        )
      ),
    (at) => pipe(linear(at, 5, 2, { bias: false }), andThen(freeze))
  )

describe('summary', () => {
  it('knows the parameters of the networks that everybody counts', () => {
    const one = rightOf(linear(shapesTape(), 784, 256)).value
    expect(rightOf(summary(one, [1, 784])).totals.parameters).toBe(200_960)
    const { totals } = rightOf(summary(rightOf(digits(shapesTape())).value, [1, 784]))
    expect(totals).toEqual({
      parameters: 235_146,
      frozen: 0,
      buffers: 0,
      parameterBytes: 4 * 235_146,
      // Each linear layer keeps a product and a sum.
      activationBytes: 4 * (3 * 256 + 3 * 128 + 2 * 10),
      multiplyAdds: 784 * 256 + 256 * 128 + 128 * 10
    })
  })

  it.each([1, 32, 100_000])('grows with a batch of %i in activations and multiply-adds alone', (batch) => {
    const model = rightOf(digits(shapesTape())).value
    const one = rightOf(summary(model, [1, 784])).totals
    const { totals, rows, input } = rightOf(summary(model, [batch, 784]))
    expect(totals).toEqual({
      ...one,
      activationBytes: batch * one.activationBytes,
      multiplyAdds: batch * one.multiplyAdds
    })
    expect(input).toEqual([batch, 784])
    expect(rows.map(({ path, kind, output }) => [path, kind, output])).toEqual([
      ['0', 'Linear', [batch, 256]],
      ['1', 'relu', [batch, 256]],
      ['2', 'Linear', [batch, 128]],
      ['3', 'relu', [batch, 128]],
      ['4', 'Linear', [batch, 10]]
    ])
  })

  it('has a row for a layer that records nothing, and says what is frozen and what is a buffer', () => {
    const model = rightOf(various(shapesTape())).value
    const rows = (mode: boolean) =>
      rightOf(summary(model, [8, 6], { training: mode })).rows.map(
        ({ path, kind, output, parameters, frozen, buffers, parameterBytes }) =>
          [path, kind, output?.join(' x '), parameters, frozen, buffers, parameterBytes] as const
      )
    const expected = (dropped: string | undefined) => [
      ['0', 'Linear', '8 x 5', 35, 0, 0, 140],
      ['1', 'BatchNorm', '8 x 5', 10, 0, 10, 80],
      ['2', 'Dropout', dropped, 0, 0, 0, 0],
      ['3', 'tanh', '8 x 5', 0, 0, 0, 0],
      ['4', 'Scale', '8 x 5', 5, 0, 0, 20],
      ['5', 'Linear', '8 x 2', 0, 10, 0, 40]
    ]
    expect(rows(true)).toEqual(expected('8 x 5'))
    expect(rows(false)).toEqual(expected(undefined))
  })

  it.each(float32Sets.map(({ name, create }) => [name, create()] as const))(
    'counts the bytes that a forward pass takes on %s',
    (_name, kernels) => {
      for (const mode of [training, evaluation]) {
        for (const shape of [
          [8, 6],
          [2, 3, 6],
          [1, 4, 6]
        ]) {
          onTape(kernels, (start) => {
            const { tape, value: model } = rightOf(various(mode(start)))
            const x = rightOf(uniform(tape, shape))
            const before = memory(kernels).bytes
            rightOf(forward(x.tape, model, x.value))
            const { totals } = rightOf(summary(model, shape, { training: start.training && tape.training }))
            expect(totals.activationBytes).toBe(memory(kernels).bytes - before)
          })
        }
      }
    }
  )

  it('computes nothing: a model of terabytes takes no time and no memory, and the model stays as it is', () => {
    const kernels: Kernels = shapesKernels()
    const model = rightOf(linear(startTape(kernels), 1e6, 1e6)).value
    const before = memory(kernels)
    expect(rightOf(summary(model, [1e3, 1e6])).totals.multiplyAdds).toBe(1e15)
    expect(memory(kernels)).toEqual(before)
  })

  it('counts products of any rank, either side transposed, and empty ones', () => {
    const product = (x: Shape, y: Shape, transposeX: boolean, transposeY: boolean): number => {
      const size = y.reduce((count, n) => count * n, 1)
      const { value: weight } = rightOf(constant(shapesTape(), { shape: y, values: new Float32Array(size) }))
      const settings = {
        forward: (tape: Tape, own: typeof weight, input: typeof weight) =>
          matmul(tape, input, own, { transposeX, transposeY })
      }
      return rightOf(summary(weight, x, settings)).totals.multiplyAdds
    }
    expect(product([2, 3], [3, 4], false, false)).toBe(24)
    expect(product([3, 2], [3, 4], true, false)).toBe(24)
    expect(product([2, 3], [4, 3], false, true)).toBe(24)
    expect(product([3, 2], [4, 3], true, true)).toBe(24)
    expect(product([7, 1, 2, 3], [5, 3, 4], false, false)).toBe(35 * 24)
    expect([product([0, 3], [3, 4], false, false), product([2, 0], [0, 4], false, false)]).toEqual([0, 0])
  })
})

describe('what summary refuses', () => {
  it.each([[[NaN, 784]], [[-1, 784]], [[1.5, 784]], [[Infinity]]])('an input of %j', (shape) => {
    const error = leftOf(summary(activation('relu'), shape))
    expect(error).toMatchObject({ _tag: 'InvalidShape', operation: 'summary', shape })
    expect(error.message).toContain('whole numbers from 0 up')
  })

  it('an input that does not fit, with the path of the layer that said so', () => {
    const model = rightOf(digits(shapesTape())).value
    expect(leftOf(summary(model, [1, 28, 28]))).toMatchObject({
      _tag: 'ShapeMismatch',
      operation: 'linearForward',
      path: '0'
    })
  })

  it('a model that looks at numbers', () => {
    const peek = custom('Peek', {}, (tape, _, x) => {
      const numbers = read(x)
      return isLeft(numbers) ? numbers : mul(tape, x, numbers.right.values[0] ?? 0)
    })
    expect(leftOf(summary(peek, [2]))).toMatchObject({ _tag: 'KernelError', reason: 'noNumbers' })
  })
})

describe('summaryText', () => {
  it('is a table with aligned columns', () => {
    const model = rightOf(digits(shapesTape())).value
    expect(summaryText(rightOf(summary(model, [32, 784])))).toMatchInlineSnapshot(`
      "path   kind    output     parameters    memory  activations  multiply-adds
      0      Linear  [32, 256]     200,960  803.8 kB      65.5 kB      6,422,528
      1      relu    [32, 256]           0       0 B      32.8 kB              0
      2      Linear  [32, 128]      32,896  131.6 kB      32.8 kB      1,048,576
      3      relu    [32, 128]           0       0 B      16.4 kB              0
      4      Linear  [32, 10]        1,290    5.2 kB       2.6 kB         40,960
      total                        235,146  940.6 kB     150.0 kB      7,512,064
      for an input of [32, 784]"
    `)
  })

  it('has columns for what is frozen and for buffers where there are any', () => {
    const model = rightOf(various(startTape(wasmKernels()))).value
    expect(summaryText(rightOf(summary(model, [8, 6], { training: false })))).toMatchInlineSnapshot(`
      "path   kind       output  parameters  frozen  buffers  memory  activations  multiply-adds
      0      Linear     [8, 5]          35       0        0   140 B        320 B            240
      1      BatchNorm  [8, 5]          10       0       10    80 B        544 B              0
      2      Dropout                     0       0        0     0 B          0 B              0
      3      tanh       [8, 5]           0       0        0     0 B        160 B              0
      4      Scale      [8, 5]           5       0        0    20 B        324 B              0
      5      Linear     [8, 2]           0      10        0    40 B         64 B             80
      total                             50      10       10   280 B       1.4 kB            320
      for an input of [8, 6]"
    `)
  })

  it('shows a model without layers, and sizes from bytes to petabytes', () => {
    expect(summaryText(rightOf(summary(activation('relu'), [249])))).toContain(' 996 B ')
    expect(summaryText(rightOf(summary(activation('relu'), [250])))).toContain(' 1.0 kB ')
    expect(summaryText(rightOf(summary(activation('relu'), [1e15])))).toContain(' 4.0 PB ')
    const nothing = rightOf(sequential(shapesTape())).value
    expect(rightOf(summary(nothing, [2])).rows).toMatchObject([{ path: '', kind: 'Sequential', parameters: 0 }])
  })
})
