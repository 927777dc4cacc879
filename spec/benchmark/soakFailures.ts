/** Mistakes that users make, each somewhere in the middle of a training step; none may leave anything behind. */
import { isLeft } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import {
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

type State = Traced<TrainingState<Layer>>
type Loss = (tape: Tape, model: Layer) => Result<Traced<Variable>>

const expectError = (tag: TensorError['_tag'], result: Result<unknown>): void => {
  if (!isLeft(result)) throw new Error(`${tag} was expected, but nothing failed`)
  if (result.left._tag !== tag) throw new Error(`${tag} was expected, not ${result.left._tag}: ${result.left.message}`)
}

const inStep = (tag: TensorError['_tag'], loss: Loss) => (state: State) =>
  expectError(tag, trainingStep(state, sgd({ learningRate: 0.1 }), loss))

const batch = { shape: [3, 4], values: new Float32Array(12) }

const scoresOf = (tape: Tape, model: Layer): Result<Traced<Variable>> =>
  pipe(
    constant(tape, batch),
    andThen((at, x) => forward(at, model, x))
  )

export const failures: ReadonlyArray<(state: State) => void> = [
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
  // Kernels out of memory.
  inStep('KernelError', (tape, model) =>
    pipe(
      scoresOf(tape, model),
      andThen((at) => fill(at, [16 * 1048576], 1)),
      andThen(sum)
    )
  ),
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
