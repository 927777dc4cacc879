/** What backward and jacobian leave alone, and what they give no more of than there is. */
import { backward, constant, gather, jacobian, parameter, read, referenceKernels, square, sum, trace } from 'gradfold'
import { onTape } from '../support/leaks'
import { gradientFor } from '../support/numbers'
import { rightOf } from '../support/results'

it('what is kept besides parameters asks nothing of the whole numbers beside it', () => {
  onTape(referenceKernels(), (start) => {
    const { value, tape } = rightOf(
      trace(start, function* (run) {
        const x = yield* run(constant, [1, 2, 3])
        return { x, loss: yield* run(sum, yield* run(gather, x, [2, 0, 2])) }
      })
    )
    const gradients = rightOf(backward(tape, value.loss, { keep: [value.x] }))
    expect(Array.from(gradientFor(gradients, value.x).values)).toEqual([1, 0, 2])
  })
})

it('a jacobian has a number for each pair, and no more', () => {
  onTape(referenceKernels(), (start) => {
    const { value, tape } = rightOf(
      trace(start, function* (run) {
        const x = yield* run(parameter, [1, 2])
        return { x, y: yield* run(square, x) }
      })
    )
    const { shape, values } = rightOf(read(rightOf(jacobian(tape, value.y, value.x))))
    expect(shape).toEqual([2, 2])
    expect(Array.from(values)).toEqual([2, 0, 0, 4])
  })
})
