import { andThen, greater, select } from 'gradfold'
import { pipe } from 'fp-ts/function'
import type { Program } from '../support/derivatives'
import { computed } from '../support/computed'
import { at } from '../support/operationCase'

const chosen: Program = (tape, inputs) => select(tape, at(inputs, 0), at(inputs, 1), at(inputs, 2))

describe('select', () => {
  it('takes x where the condition is true, else y, and gives each what it gave', () => {
    const found = computed(
      [
        [true, false, true],
        [1, 2, 3],
        [10, 20, 30]
      ],
      chosen,
      [1, 2, 3]
    )
    expect(found).toEqual({ type: 'float32 [3]', value: '[1, 20, 3]', gradients: ['none', '[1, 0, 3]', '[0, 2, 0]'] })
  })

  it('repeats all three', () => {
    // [[T], [F]] between a row and a scalar: x gets the first row of g, y the sum of the second.
    const found = computed([[[true], [false]], [1, 2], 9], chosen, [
      [1, 2],
      [3, 4]
    ])
    expect(found).toEqual({
      type: 'float32 [2, 2]',
      value: '[[1, 2], [9, 9]]',
      gradients: ['none', '[1, 2]', '7']
    })
  })

  it('keeps what was not chosen out, be it NaN or infinite', () => {
    const found = computed(
      [
        [true, false],
        [1, NaN],
        [Infinity, 2]
      ],
      chosen,
      [3, 4]
    )
    expect(found).toMatchObject({ value: '[1, 2]', gradients: ['none', '[3, 0]', '[0, 4]'] })
  })

  it('of one variable twice gives it everything', () => {
    const twice: Program = (tape, inputs) => select(tape, at(inputs, 0), at(inputs, 1), at(inputs, 1))
    expect(
      computed(
        [
          [true, false],
          [1, 2]
        ],
        twice,
        [3, 4]
      )
    ).toMatchObject({
      value: '[1, 2]',
      gradients: ['none', '[3, 4]']
    })
  })

  it('takes numbers, which have the dtype of the other side', () => {
    const right: Program = (tape, inputs) => select(tape, at(inputs, 0), at(inputs, 1), 7)
    const left: Program = (tape, inputs) => select(tape, at(inputs, 0), 7, at(inputs, 1))
    const both: Program = (tape, inputs) => select(tape, at(inputs, 0), 1, 0)
    const condition = [true, false]
    expect(computed([condition, [1, 2]], right)).toEqual({
      type: 'float32 [2]',
      value: '[1, 7]',
      gradients: ['none', '[1, 0]']
    })
    expect(computed([condition, Int32Array.of(1, 2)], left)).toMatchObject({ type: 'int32 [2]', value: '[7, 2]' })
    expect(computed([condition], both)).toMatchObject({ type: 'float32 [2]', value: '[1, 0]' })
  })

  it('selects bools', () => {
    const found = computed(
      [
        [true, false],
        [false, false],
        [true, true]
      ],
      chosen
    )
    expect(found).toEqual({ type: 'bool [2]', value: '[false, true]', gradients: ['none', 'none', 'none'] })
  })

  it('of nothing is nothing, and of single numbers one', () => {
    expect(computed([{ shape: [0], values: [], dtype: 'bool' }, [1], 2], chosen)).toEqual({
      type: 'float32 [0]',
      value: '[]',
      gradients: ['none', '[0]', '0']
    })
    expect(computed([true, [[1]], 2], chosen)).toMatchObject({ type: 'float32 [1, 1]', value: '[[1]]' })
  })

  it('makes a relu of a comparison', () => {
    const relu: Program = (tape, inputs) =>
      pipe(
        greater(tape, at(inputs, 0), 0),
        andThen((next, positive) => select(next, positive, at(inputs, 0), 0))
      )
    expect(computed([[-1, 0, 2]], relu)).toMatchObject({ value: '[0, 0, 2]', gradients: ['[0, 0, 1]'] })
  })
})
