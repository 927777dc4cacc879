/** What the compiler says of programs: right ones infer without annotations, wrong ones are refused. */
/* eslint-disable @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return, @typescript-eslint/no-unsafe-class-instance-assignment -- what does not compile has no type */
import { pipe } from 'fp-ts/function'
import type { Option } from 'fp-ts/Option'
import {
  add,
  andThen,
  backward,
  constant,
  fold,
  type Gradients,
  gradientOf,
  type HostTensor,
  item,
  lift,
  type Linear,
  linear,
  linearForward,
  map,
  matmul,
  memory,
  mul,
  named,
  nested,
  of,
  parameter,
  read,
  referenceKernels,
  relu,
  reshape,
  type Result,
  show,
  startTape,
  sum,
  type Tensor,
  type TensorError,
  toArray,
  trace,
  type Traced,
  traverse,
  uniform,
  type Variable
} from 'gradfold'
import { onTape } from './support/leaks'
import { rightOf } from './support/results'
import { hasType, neverCompiles } from './support/types'

const kernels = referenceKernels()

describe('hasType', () => {
  it('tells types apart', () => {
    const number: number = kernels.maxRank
    hasType<number>()(number)
    neverCompiles(
      // @ts-expect-error a number is no string
      () => hasType<string>()(number),
      // @ts-expect-error a union is wider
      () => hasType<number | string>()(number),
      // @ts-expect-error a mutable array is no readonly one
      () => hasType<ReadonlyArray<number>>()([3])
    )
  })
})

describe('operations', () => {
  it('take a tape first, and give a traced result', () => {
    onTape(kernels, (tape) => {
      const x = parameter(tape, [1, 2])
      hasType<Result<Traced<Variable>>>()(x)
      const { value, tape: at } = rightOf(x)
      hasType<Result<Traced<Variable>>>()(add(at, value, 2))
      hasType<Result<Traced<Variable>>>()(mul(at, 2, value))
      hasType<Result<HostTensor>>()(read(value))
      hasType<Result<number>>()(item(value))
      hasType<string>()(show(value))
      const gradients = backward(at, rightOf(sum(at, value)).value)
      hasType<Result<Gradients>>()(gradients)
      neverCompiles(
        // @ts-expect-error the tape comes first
        () => relu(value),
        // @ts-expect-error an array is no operand: record it first
        () => add(at, value, [1, 2]),
        // @ts-expect-error nor is text
        () => add(at, value, '2'),
        // @ts-expect-error nor is a tensor that is on no tape
        () => add(at, value, rightOf(gradients).get(value) ?? 0),
        // @ts-expect-error nor is a boolean
        () => mul(at, true, value),
        // @ts-expect-error numbers alone do not make a matrix product
        () => matmul(at, value, 2),
        // @ts-expect-error a result is not its value
        () => relu(at, x),
        // @ts-expect-error two operands
        () => add(at, value),
        // @ts-expect-error no such setting
        () => sum(at, value, { axes: 0 }),
        // @ts-expect-error a shape is an array
        () => reshape(at, value, 2),
        // @ts-expect-error no such dtype
        () => parameter(at, [1], { dtype: 'float64' }),
        // @ts-expect-error text is no number
        () => constant(at, ['1']),
        // @ts-expect-error kernels are chosen, there are none by default
        () => startTape(),
        // @ts-expect-error memory is the kernels', not the tape's
        () => memory(at)
      )
    })
  })

  it('give values that cannot be changed', () => {
    onTape(kernels, (tape) => {
      const { value } = rightOf(parameter(tape, [1, 2]))
      const gradients: Gradients = new Map()
      hasType<Option<Tensor>>()(gradientOf(gradients, value))
      const entries = toArray(tape)
      neverCompiles(
        // @ts-expect-error a shape is readonly
        () => (value.shape[0] = 3),
        // @ts-expect-error so is a variable
        () => (value.path = 'other'),
        // @ts-expect-error and a gradient map
        () => gradients.set(value, value),
        // @ts-expect-error and what toArray gives
        () => entries.push(),
        // @ts-expect-error and the tape
        () => (tape.training = false)
      )
    })
  })
})

describe('pipe and andThen', () => {
  it('infer through operations, generics and optional settings', () => {
    onTape(kernels, (tape) => {
      const summed = pipe(constant(tape, [[1, -2]]), andThen(relu), andThen(sum))
      hasType<Result<Traced<Variable>>>()(summed)
      hasType<Result<Traced<ReadonlyArray<number>>>>()(
        pipe(
          summed,
          map((x) => x.shape)
        )
      )
      hasType<Result<Traced<Linear>>>()(pipe(of(tape, 3), andThen((at, n) => linear(at, n, 2)))) // prettier-ignore
      hasType<Result<Traced<number>>>()(
        fold(tape, ['a', 'bb'], 0, (at, total, text) => {
          hasType<number>()(total)
          hasType<string>()(text)
          return of(at, total + text.length)
        })
      )
      hasType<Result<Traced<ReadonlyArray<Variable>>>>()(traverse(tape, [1, 2], (at, n) => constant(at, n)))
      hasType<Result<Traced<Linear>>>()(named(tape, 'a', (at) => linear(at, 1, 1)))
      neverCompiles(
        // @ts-expect-error linear takes a number, not a variable
        () => pipe(constant(tape, 1), andThen(linear)),
        // @ts-expect-error the value is a variable
        () => pipe(constant(tape, 1), map((x) => x.toFixed())), // prettier-ignore
        // @ts-expect-error what it gives is a result
        () => pipe(constant(tape, 1), andThen((at, x) => x)), // prettier-ignore
        // @ts-expect-error an item is an array's
        () => traverse(tape, 3, (at) => constant(at, 1))
      )
    })
  })
})

describe('trace', () => {
  it('infers what each step gives, without an annotation', () => {
    onTape(kernels, (tape) => {
      const traced = trace(tape, function* (run) {
        const layer = yield* run(linear, 3, 2)
        hasType<Linear>()(layer)
        const unbiased = yield* run(linear, 3, 2, { bias: false })
        hasType<Linear>()(unbiased)
        const x = yield* run(uniform, [4, 3])
        hasType<Variable>()(x)
        const y = yield* run(linearForward, layer, x)
        const total = yield* run(sum, y)
        const gradients = yield* run((at) => lift(at, backward(at, total)))
        hasType<Gradients>()(gradients)
        const loss = yield* run((at) => lift(at, item(total)))
        hasType<number>()(loss)
        const pair = yield* run((at) => of(at, [x, 1] as const))
        hasType<readonly [Variable, 1]>()(pair)
        return { layer, loss, pair }
      })
      hasType<Result<Traced<{ layer: Linear; loss: number; pair: readonly [Variable, 1] }>>>()(traced)
      expect(rightOf(traced).value.layer.inFeatures).toBe(3)
    })
  })

  it('refuses steps that do not fit', () => {
    neverCompiles(() =>
      trace(startTape(kernels), function* (run) {
        // @ts-expect-error too few values
        yield* run(linear, 3)
        // @ts-expect-error too many values
        yield* run(relu, yield* run(constant, 1), 2)
        // @ts-expect-error the wrong type
        yield* run(linear, 3, 'two')
        // @ts-expect-error the wrong type, further in
        yield* run(linear, 3, 2, { bias: 1 })
        // @ts-expect-error no such setting
        yield* run(linear, 3, 2, { biases: true })
        // @ts-expect-error an array is not on the tape
        yield* run(add, yield* run(constant, 1), [1, 2])
        // @ts-expect-error the tape is handed on by run
        yield* run(relu, startTape(kernels), yield* run(constant, 1))
        // @ts-expect-error it knows no tape: lift it
        yield* run(item, yield* run(constant, 1))
      })
    )
    // A star forgotten is a step of a step.
    neverCompiles(() =>
      // @ts-expect-error what is yielded is no step
      trace(startTape(kernels), function* (run) {
        yield run(constant, 1)
      })
    )
  })
})

describe('errors', () => {
  it('are told apart by their tag, all of them', () => {
    const sentence = (error: TensorError): string => {
      switch (error._tag) {
        case 'ShapeMismatch':
        case 'BroadcastError':
        case 'ForeignVariable':
        case 'Released':
          return error.shapes.map(String).join()
        case 'InvalidShape':
        case 'NotScalar':
        case 'DimensionError':
          return error.shape.join()
        case 'IndexOutOfBounds':
          return `${error.index} of ${error.size}`
        case 'DtypeError':
          return error.dtypes.join()
        case 'InvalidArgument':
          return error.argument
        case 'KernelError':
          return error.reason
        case 'FileError':
          return error.file
        case 'NoGradientPath':
          return error.path
      }
    }
    onTape(kernels, (tape) => {
      const wrong = uniform(tape, [-1])
      expect(wrong._tag === 'Left' && sentence(wrong.left)).toBe('-1')
      expect(rightOf(nested(rightOf(constant(tape, [1])).value))).toEqual([1])
      neverCompiles(
        // @ts-expect-error not every error has shapes
        () => wrong._tag === 'Left' && wrong.left.shapes,
        // @ts-expect-error a result may be a Left
        () => wrong.right
      )
    })
  })
})
