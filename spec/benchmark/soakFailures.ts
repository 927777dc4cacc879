/** Mistakes of users, and failures of kernels, each somewhere in the middle of a training step; none may leave anything behind. */
import { isLeft } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import {
  adam,
  andThen,
  backward,
  constant,
  fill,
  forward,
  type Layer,
  matmul,
  release,
  type Result,
  scope,
  sgd,
  softmaxCrossEntropy,
  square,
  sum,
  type Tape,
  type TensorError,
  type Traced,
  type TrainingState,
  trainingStep,
  type Variable
} from 'gradfold'
import type { FaultyKernels } from 'gradfold/testing'

type State = Traced<TrainingState<Layer>>
type Loss = (tape: Tape, model: Layer) => Result<Traced<Variable>>
/** Fails; the number tells one failure from the next. */
export type Failure = (state: State, number: number) => void

const expectError = (tag: TensorError['_tag'], result: Result<unknown>): void => {
  if (!isLeft(result)) throw new Error(`${tag} was expected, but nothing failed`)
  if (result.left._tag !== tag) throw new Error(`${tag} was expected, not ${result.left._tag}: ${result.left.message}`)
}

const inStep =
  (tag: TensorError['_tag'], loss: Loss): Failure =>
  (state) =>
    expectError(tag, trainingStep(state, sgd({ learningRate: 0.1 }), loss))

const batch = { shape: [3, 4], values: new Float32Array(12) }

const scoresOf = (tape: Tape, model: Layer): Result<Traced<Variable>> =>
  pipe(
    constant(tape, batch),
    andThen((at, x) => forward(at, model, x))
  )

const ordinaryLoss: Loss = (tape, model) =>
  pipe(
    scoresOf(tape, model),
    andThen((at, scores) => softmaxCrossEntropy(at, scores, Int32Array.of(0, 1, 0)))
  )

const mistakes: ReadonlyArray<Failure> = [
  // A label that is no class, found after the forward pass.
  inStep('IndexOutOfBounds', (tape, model) =>
    pipe(
      scoresOf(tape, model),
      andThen((at, scores) => softmaxCrossEntropy(at, scores, Int32Array.of(0, 1, 2)))
    )
  ),
  // Inner sizes that do not match.
  inStep('ShapeMismatch', (tape, model) =>
    pipe(
      scoresOf(tape, model),
      andThen((at, scores) => matmul(at, scores, scores))
    )
  ),
  // A loss that is not one number.
  inStep('NotScalar', (tape, model) => pipe(scoresOf(tape, model), andThen(square))),
  // A loss that no parameter leads to.
  inStep('NoGradientPath', (tape) => pipe(constant(tape, batch), andThen(sum))),
  // A variable that was recorded inside a scope, after its end.
  (state) => {
    const stray: Variable[] = []
    const left = scope(state.tape, (tape) =>
      pipe(
        constant(tape, batch),
        andThen((at, x) => {
          stray.push(x)
          return sum(at, x)
        })
      )
    )
    if (isLeft(left)) throw new Error(left.left.message)
    expectError('ForeignVariable', square(state.tape, stray[0]!))
    expectError('ForeignVariable', backward(state.tape, stray[0]!))
    release(left.right.value)
  }
]

/** A memory that is full in earnest: needs kernels with a small one. */
const fullMemory = inStep('KernelError', (tape, model) =>
  pipe(
    scoresOf(tape, model),
    andThen((at) => fill(at, [16 * 1048576], 1)),
    andThen(sum)
  )
)

/** A kernel that fails at any call of a step: forward, backward or update. */
const atAnyCall = ({ failAfter, failWithin, calls }: FaultyKernels): Failure => {
  const optimizer = adam()
  let callsOfStep: number | undefined
  return (state, number) => {
    if (callsOfStep === undefined) {
      failAfter(Infinity)
      const next = trainingStep(state, optimizer, ordinaryLoss)
      if (isLeft(next)) throw new Error(next.left.message)
      release(next.right.value, state.value)
      callsOfStep = calls()
    }
    failWithin(callsOfStep, number)
    expectError('KernelError', trainingStep(state, optimizer, ordinaryLoss))
    failAfter(Infinity)
  }
}

export const failuresOf = (faulty: FaultyKernels, fillsMemory: boolean): ReadonlyArray<Failure> => [
  ...mistakes,
  atAnyCall(faulty),
  ...(fillsMemory ? [fullMemory] : [])
]
