/** A program with each call of a kernel failing in turn: what it reports, and the proof that nothing else has changed. */
import { isRight } from 'fp-ts/Either'
import { isNone } from 'fp-ts/Option'
import { type KernelError, type Kernels, memory, read, type Result, show, type Tape } from 'gradfold'
import { tensorOf } from '../../src/tape/variable'
import { collectTensors } from '../../src/tape/structure'
import { type Fault, faultyKernels } from '../../src/testing/faultyKernels'
import { onTape } from './leaks'
import { rightOf } from './results'

/** What a program said when one of its calls failed, and which. */
export interface Report extends Fault {
  readonly error: KernelError
}

/** The numbers of all variables and tensors in a plain value. */
export const numbersIn = (value: unknown): ReadonlyArray<unknown> => {
  const { variables, tensors } = collectTensors(value)
  return [...Array.from(variables, tensorOf), ...tensors].map((tensor) => rightOf(read(tensor)))
}

export interface Trial<S> {
  /** What there is before: kept, and looked at after each failure. */
  readonly prepare: (tape: Tape) => { readonly value: S; readonly tape: Tape }
  readonly attempt: (tape: Tape, value: S) => Result<unknown>
}

/**
 * Fails at each call in turn, and each time expects a KernelError, the state to the bit, and as many tensors as before; and
 * that the next run, which does not fail, gives what it would have given. The reports, in the order of the calls.
 */
export const everyFault = <S>(kernels: Kernels, { prepare, attempt }: Trial<S>): ReadonlyArray<Report> => {
  const faulty = faultyKernels(kernels)
  return onTape(faulty.kernels, (start) => {
    const { value, tape } = prepare(start)
    const seen = (): unknown => ({ numbers: numbersIn(value), memory: memory(kernels), tape: show(tape) })
    const before = seen()
    const outcome = (): unknown => {
      faulty.failAfter(Infinity)
      const mark = start.kernels.allocations.mark()
      const result = rightOf(attempt(tape, value))
      const numbers = numbersIn(result)
      start.kernels.allocations.releaseUnclaimed(mark)
      expect(seen()).toEqual(before)
      return numbers
    }
    const expected = outcome()
    const calls = faulty.calls()
    return Array.from({ length: calls }, (_, call) => {
      faulty.failAfter(call)
      const result = attempt(tape, value)
      const fault = faulty.fault()
      if (isNone(fault) || isRight(result)) throw new Error(`call ${call} of ${calls} did not fail`)
      const error = result.left
      if (error._tag !== 'KernelError') throw new Error(`a KernelError was expected, not ${show(error)}`)
      expect(error).toMatchObject({ kernels: kernels.name, reason: 'outOfMemory' })
      expect(error.message).toContain(`call ${call} `)
      expect(seen()).toEqual(before)
      expect(outcome()).toEqual(expected)
      return { ...fault.value, error }
    })
  })
}

/** Neighbours that are equal, once. */
export const withoutRepeats = (texts: ReadonlyArray<string>): ReadonlyArray<string> =>
  texts.filter((text, i) => text !== texts[i - 1])
