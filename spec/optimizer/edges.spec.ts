/** What an update reads of its state, and how it leaves its tensors. */
import { type Gradients, parameter, referenceKernels, release, sgd, type Tape, update, type Variable } from 'gradfold'
import { tensorOf } from '../../src/tape/variable'
import { onTape } from '../support/leaks'
import { numbersOf } from '../support/numbers'
import { leftOf, rightOf } from '../support/results'

const prepared = (start: Tape): { readonly tape: Tape; readonly x: Variable; readonly gradients: Gradients } => {
  const { value: x, tape } = rightOf(parameter(start, [1]))
  return { tape, x, gradients: new Map([[x, tape.kernels.fill([1], 2, 'float32')]]) }
}

it('a momentum that is off is not read', () => {
  onTape(referenceKernels(), (start) => {
    const { tape, x, gradients } = prepared(start)
    const state = { step: 1, slots: { '': [tape.kernels.fill([1], Infinity, 'float32')] } }
    const { model } = rightOf(update(tape, sgd({ learningRate: 0.25 }), { model: x, gradients, state })).value
    expect(numbersOf(model)).toEqual([0.5])
  })
})

it('nobody claims what an update returns', () => {
  onTape(referenceKernels(), (start) => {
    const { tape, x, gradients } = prepared(start)
    const { model, state } = rightOf(
      update(tape, sgd({ learningRate: 0.25, momentum: 0.5 }), { model: x, gradients })
    ).value
    expect([tensorOf(model), ...Object.values(state.slots).flat()].map(({ claims }) => claims)).toEqual([0, 0])
  })
})

it('a gradient that is gone is told with its shape', () => {
  onTape(referenceKernels(), (start) => {
    const { tape, x, gradients } = prepared(start)
    release([...gradients.values()])
    expect(leftOf(update(tape, sgd({ learningRate: 1 }), { model: x, gradients }))).toMatchObject({
      _tag: 'Released',
      shapes: [[1]]
    })
  })
})
