/** Rows of what must be refused, and what each refusal is held to. */
import {
  type Dtype,
  type Input,
  named,
  parameter,
  type Result,
  type Shape,
  type Tape,
  traverse,
  type Variable
} from 'gradfold'
import { sizeOf } from '../../src/kernels/shape'
import { kernelSets } from './kernelSets'
import { onTape } from './leaks'
import { refused } from './refused'
import { rightOf } from './results'

/** Fields that an error must have. */
export type Fields = Readonly<Record<string, unknown>>

/** What is tried on which inputs, what its error holds, and what its text says of the way out. */
export type Refusal = readonly [
  inputs: ReadonlyArray<Input>,
  attempt: (tape: Tape, inputs: ReadonlyArray<Variable>) => Result<unknown>,
  error: Fields,
  says: RegExp
]

export const zeros = (shape: Shape, dtype: Dtype = 'float32'): Input => ({
  shape,
  dtype,
  values: new Float64Array(sizeOf(shape))
})

/** An attempt on the first input. */
export const on =
  <B>(attempt: (tape: Tape, x: Variable) => Result<B>) =>
  (tape: Tape, [x]: ReadonlyArray<Variable>): Result<B> =>
    attempt(tape, x!)

/** An attempt on the first two. */
export const onTwo =
  <B>(attempt: (tape: Tape, x: Variable, y: Variable) => Result<B>) =>
  (tape: Tape, [x, y]: ReadonlyArray<Variable>): Result<B> =>
    attempt(tape, x!, y!)

const sets = kernelSets.map(({ create }) => create())

/** Every kernel set refuses in the same words, with the layer path, and nothing has happened. */
export const expectRefusal = (operation: string, [inputs, attempt, error, says]: Refusal): void => {
  const texts = sets.map((kernels) =>
    onTape(kernels, (start) => {
      const { value, tape } = rightOf(traverse(start, inputs, (at, input) => parameter(at, input)))
      const found = refused(tape, (outer) =>
        named(outer, 'encoder', (inner) => {
          const result = attempt(inner, value)
          return result._tag === 'Left' ? result : { _tag: 'Right', right: { value: result.right, tape: inner } }
        })
      )
      expect(found).toMatchObject({ operation, path: 'encoder', ...error })
      expect(found.message).toMatch(says)
      return found.message
    })
  )
  expect(new Set(texts).size).toBe(1)
}
