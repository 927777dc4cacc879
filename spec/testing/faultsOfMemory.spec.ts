/** A WebAssembly memory that is full in earnest, at every stage of a training step. (4 GiB of it: spec/benchmark/soakMemory.ts.) */
import { isLeft, isRight } from 'fp-ts/Either'
import {
  adam,
  fill,
  linear,
  linearForward,
  memory,
  mseLoss,
  read,
  release,
  startTape,
  startTraining,
  trace,
  type Traced,
  type TrainingState,
  trainingStep,
  uniform,
  type Variable,
  wasmKernels
} from 'gradfold'
import { numbersIn } from '../support/everyFault'
import { leftOf, rightOf } from '../support/results'

const MEBIBYTE = 1048576
const FEATURES = 128

it('is a KernelError wherever it is met; all is as before, and what is released is used again', () => {
  const kernels = wasmKernels({ memoryLimit: 64 * MEBIBYTE })
  const state = startTraining(rightOf(linear(startTape(kernels, { seed: 7 }), FEATURES, FEATURES)))
  const step = (from: Traced<TrainingState<(typeof state)['value']['model']>>) =>
    trainingStep(from, adam(), (tape, model) =>
      trace(tape, function* (run) {
        const x = yield* run(uniform, [8, FEATURES])
        return yield* run(mseLoss, yield* run(linearForward, model, x), x)
      })
    )
  const resultOf = (): unknown => {
    const { value } = rightOf(step(state))
    const numbers = numbersIn(value)
    release(value, state.value)
    return [value.loss, numbers]
  }
  const expected = resultOf()

  let { tape } = state
  const blocks: Variable[] = []
  const room = 32 * 1024
  for (;;) {
    const block = fill(tape, [room / 4], blocks.length)
    if (isLeft(block)) {
      expect(block.left).toMatchObject({ _tag: 'KernelError', operation: 'fill', reason: 'outOfMemory' })
      expect(block.left.message).toMatch(
        /^No room for 0\.0 MiB: live tensors take \d+\.\d MiB of at most 32\.0 MiB\. Release/
      )
      break
    }
    tape = block.right.tape
    blocks.push(block.right.value)
  }
  expect(memory(kernels).bytes).toBeGreaterThan(24 * MEBIBYTE)

  // With a little more room each time, a step comes a little further.
  const reached = new Set<string>()
  const model = numbersIn(state.value)
  const live = [...blocks]
  for (;;) {
    const result = step(state)
    if (isRight(result)) {
      release(result.right.value, state.value)
      break
    }
    const { left: error } = result
    expect(error).toMatchObject({ _tag: 'KernelError', kernels: 'wasm', reason: 'outOfMemory' })
    reached.add(error.operation)
    expect(memory(kernels).tensors).toBe(live.length + 2)
    expect(numbersIn(state.value)).toEqual(model)
    release(live.pop())
  }
  expect(resultOf()).toEqual(expected)
  expect([...reached]).toEqual(expect.arrayContaining(['matmul', 'update']))
  live.forEach((block, i) => {
    expect(rightOf(read(block)).values.every((value) => value === i)).toBe(true)
  })
  release(live)
  kernels.allocations.releaseAll()
  expect(memory(kernels)).toEqual({ tensors: 0, bytes: 0 })
  expect(leftOf(step(state))._tag).toBe('Released')
})
