import { memory, type Result, type Tape, type TensorError, toArray } from 'gradfold'
import { leftOf } from './results'

/** The error of an attempt that must fail without a trace: no tensor more or fewer, no entry. */
export const refused = (tape: Tape, attempt: (tape: Tape) => Result<unknown>): TensorError => {
  const tensors = memory(tape.kernels)
  const entries = toArray(tape)
  const error = leftOf(attempt(tape))
  expect(memory(tape.kernels)).toEqual(tensors)
  expect(toArray(tape)).toEqual(entries)
  return error
}
