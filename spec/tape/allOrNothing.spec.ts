import {
  add,
  andThen,
  constant,
  fill,
  memory,
  mul,
  of,
  parameter,
  referenceKernels,
  relu,
  release,
  type Tape,
  wasmKernels
} from 'gradfold'
import { pipe } from 'fp-ts/function'
import { allOrNothing } from '../../src/tape/allOrNothing'
import { onTape } from '../support/leaks'
import { numbersOf } from '../support/numbers'
import { leftOf, rightOf } from '../support/results'

describe('allOrNothing', () => {
  it('is its body where that succeeds', () => {
    onTape(referenceKernels(), (tape) => {
      const before = memory(tape.kernels).tensors
      const made = rightOf(allOrNothing(tape, () => pipe(parameter(tape, [-1, 2]), andThen(relu))))
      expect(numbersOf(made.value)).toEqual([0, 2])
      expect(memory(tape.kernels).tensors).toBe(before + 2)
    })
  })

  it('releases what a body made that fails, and nothing older', () => {
    onTape(referenceKernels(), (start) => {
      const { tape, value: x } = rightOf(parameter(start, [1, 2]))
      const before = memory(tape.kernels)
      const failing = (at: Tape) =>
        pipe(
          mul(at, x, 2),
          andThen((next, y) =>
            pipe(
              parameter(next, [1, 2, 3]),
              andThen((later, z) => add(later, y, z))
            )
          )
        )
      expect(leftOf(allOrNothing(tape, () => failing(tape)))).toMatchObject({
        _tag: 'BroadcastError',
        operation: 'add'
      })
      expect(memory(tape.kernels)).toEqual(before)
      expect(numbersOf(x)).toEqual([1, 2])
      expect(rightOf(allOrNothing(tape, () => of(tape, 1))).value).toBe(1)
    })
  })

  it('releases nothing that was there before, even if the body released what the mark was', () => {
    onTape(wasmKernels(), (tape) => {
      const kept = rightOf(constant(tape, [1, 2]))
      const newest = rightOf(constant(kept.tape, [3]))
      const failed = allOrNothing(newest.tape, () => {
        release(newest.value)
        return fill(newest.tape, [-1], 0)
      })
      expect(leftOf(failed)._tag).toBe('InvalidShape')
      expect(numbersOf(kept.value)).toEqual([1, 2])
    })
  })
})
