/** What a kernel set keeps of a loss for its slopes must not pass for that of another. */
import {
  add,
  backward,
  gradientOf,
  type Kernels,
  memory,
  parameter,
  read,
  softmaxCrossEntropy,
  startTape,
  trace
} from 'gradfold'
import { isSome } from 'fp-ts/Option'
import { namedKernels } from '../support/kernelSets'
import { rightOf } from '../support/results'

const SCORES = [
  [1, -2, 0.5],
  [0, 3, -1]
]

/** The slopes of the sum of the losses for these labels. */
const slopes = (kernels: Kernels, ...labels: ReadonlyArray<ReadonlyArray<number>>): ReadonlyArray<number> => {
  const own = kernels.withOwnAllocations()
  try {
    const { value: scores, tape } = rightOf(parameter(startTape(own), SCORES))
    const { value: loss, tape: next } = rightOf(
      trace(tape, function* (run) {
        let total = yield* run(softmaxCrossEntropy, scores, labels[0]!)
        for (const more of labels.slice(1))
          total = yield* run(add, total, yield* run(softmaxCrossEntropy, scores, more))
        return total
      })
    )
    const found = gradientOf(rightOf(backward(next, loss)), scores)
    if (!isSome(found)) throw new Error('the scores have no gradient')
    return Array.from(rightOf(read(found.value)).values)
  } finally {
    own.allocations.releaseAll()
  }
}

describe.each(namedKernels())('losses of the same scores on %s', (_, kernels) => {
  it('have the slopes of their own labels', () => {
    const before = memory(kernels)
    const [first, second] = [slopes(kernels, [0, 1]), slopes(kernels, [2, 0])]
    const sum = first.map((slope, i) => slope + second[i]!)
    expect(first).not.toEqual(second)
    slopes(kernels, [0, 1], [2, 0]).forEach((slope, i) => expect(slope).toBeCloseTo(sum[i]!, 6))
    slopes(kernels, [0, 1], [0, 1]).forEach((slope, i) => expect(slope).toBeCloseTo(2 * first[i]!, 6))
    expect(memory(kernels)).toEqual(before)
  })

  it('have the same slopes to the bit, however often backward is asked', () => {
    const own = kernels.withOwnAllocations()
    for (let row = 0; row < 20; row++) {
      const { value: scores, tape } = rightOf(parameter(startTape(own), [[Math.sin(row), Math.cos(row), row / 7]]))
      const loss = rightOf(softmaxCrossEntropy(tape, scores, [row % 3]))
      const [first, second, third] = Array.from({ length: 3 }, () => {
        const found = gradientOf(rightOf(backward(loss.tape, loss.value)), scores)
        return isSome(found) ? Array.from(rightOf(read(found.value)).values) : undefined
      })
      expect(first).toHaveLength(3)
      expect([second, third]).toEqual([first, first])
    }
    own.allocations.releaseAll()
  })
})
