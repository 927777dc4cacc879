import { activation, edit, linear, parameters, referenceKernels, sequential, type Tape, trace } from 'gradfold'
import { onTape } from '../support/leaks'
import { numbersOf } from '../support/numbers'
import { rightOf } from '../support/results'

const model = (tape: Tape) =>
  rightOf(
    sequential(
      tape,
      (at) => linear(at, 2, 3),
      activation('relu'),
      (at) => linear(at, 3, 1)
    )
  )

describe('edit', () => {
  it('gives a changed copy; the original stays, and what was not touched is shared', () => {
    onTape(referenceKernels(), (tape) => {
      const { value: before } = model(tape)
      const after = edit(before, (draft) => {
        draft.layers[1].activation = 'tanh'
      })
      expect(before.layers[1].activation).toBe('relu')
      expect(after.layers[1].activation).toBe('tanh')
      expect(after).not.toBe(before)
      expect(after.layers[0]).toBe(before.layers[0])
      expect(after.layers[2]).toBe(before.layers[2])
      expect(parameters(after)).toEqual(parameters(before))
    })
  })

  it('puts in other variables, which stay as they are', () => {
    onTape(referenceKernels(), (tape) => {
      const first = model(tape)
      const { value: other } = rightOf(linear(first.tape, 3, 1))
      const after = edit(first.value, (draft) => {
        draft.layers[2].weight = other.weight
      })
      expect(after.layers[2].weight).toBe(other.weight)
      expect(first.value.layers[2].weight).not.toBe(other.weight)
      expect(after.layers[2].bias).toBe(first.value.layers[2].bias)
      expect(numbersOf(after.layers[2].weight)).toEqual(numbersOf(other.weight))
    })
  })

  it('gives the very same value where nothing changes', () => {
    onTape(referenceKernels(), (tape) => {
      const { value } = model(tape)
      expect(edit(value, () => {})).toBe(value)
    })
  })

  it('changes maps and sets', () => {
    onTape(referenceKernels(), (tape) => {
      const { value: layer } = rightOf(
        trace(tape, function* (run) {
          return yield* run(linear, 2, 2)
        })
      )
      const before = { layers: new Map([['first', layer]]), tags: new Set(['a']) }
      const after = edit(before, (draft) => {
        draft.layers.delete('first')
        draft.tags.add('b')
      })
      expect([before.layers.size, before.tags.size]).toEqual([1, 1])
      expect([after.layers.size, after.tags.size]).toEqual([0, 2])
    })
  })
})
