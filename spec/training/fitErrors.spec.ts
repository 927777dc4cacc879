import {
  constant,
  type Dataset,
  evaluate,
  fit,
  memory,
  referenceKernels,
  type Result,
  sgd,
  wasmKernels
} from 'gradfold'
import { begin, base, fitted, measure, numbersIn, type Settings, withCalls } from '../support/fitting'
import { onTapeAsync } from '../support/leaksAsync'
import { recordingProgress } from '../support/recordingProgress'
import { examples, lossOf, lossOfAll } from '../support/regression'
import { leftOf } from '../support/results'

describe('fit', () => {
  it.each([
    ...[0, -1, 1.5, NaN].map((value) => ({ argument: 'batchSize', value })),
    ...[-1, 0.5, NaN, Infinity].map((value) => ({ argument: 'epochs', value }))
  ])('refuses $argument $value', async ({ argument, value }) => {
    await onTapeAsync(referenceKernels(), async (tape) => {
      const initial = begin(tape)
      const live = memory(tape.kernels)
      const { result, recorded } = await withCalls(initial, { [argument]: value })
      expect(leftOf(result)).toMatchObject({ _tag: 'InvalidArgument', operation: 'fit', argument, value })
      expect([recorded, memory(tape.kernels)]).toEqual([[], live])
    })
  })

  it.each<{ readonly name: string; readonly data: Dataset; readonly tag: string; readonly text: string }>([
    { name: 'no fields', data: {}, tag: 'InvalidShape', text: 'no examples' },
    { name: 'no examples', data: { x: [], y: new Int32Array(0) }, tag: 'InvalidShape', text: 'no examples' },
    { name: 'a scalar', data: { x: [1], y: 2 }, tag: 'InvalidShape', text: 'the field y' },
    { name: 'unequal counts', data: { x: [1, 2], y: [1, 2, 3] }, tag: 'ShapeMismatch', text: 'x has 2, y has 3' },
    { name: 'ragged rows', data: { x: [[1], [1, 2]] }, tag: 'InvalidShape', text: 'unequal lengths' },
    { name: 'too few values', data: { x: { shape: [2, 2], values: [1] } }, tag: 'InvalidShape', text: '[2, 2]' }
  ])('refuses data with $name', async ({ data, tag, text }) => {
    await onTapeAsync(referenceKernels(), async (tape) => {
      const error = leftOf(await fit(begin(tape), { ...base, data, loss: lossOfAll }))
      expect(error).toMatchObject({ _tag: tag, operation: 'fit' })
      expect(error.message).toContain(text)
    })
  })

  it('on an error of the loss, of the settings or of validate ends, keeps the first state, and releases the rest', async () => {
    let calls = 0
    const failures: ReadonlyArray<{ readonly tag: string; readonly settings: Partial<Settings> }> = [
      {
        tag: 'InvalidShape',
        settings: {
          loss: (at, model, batch) => (++calls === 5 ? constant(at, [[1], [1, 2]]) : lossOf(at, model, batch))
        } satisfies Partial<Settings>
      },
      { tag: 'NoGradientPath', settings: { loss: (at) => constant(at, 1) } },
      { tag: 'InvalidArgument', settings: { optimizer: sgd({ learningRate: -1 }) } },
      {
        tag: 'InvalidArgument',
        settings: { validate: (state) => evaluate(state, examples, measure, { batchSize: 0 }) }
      }
    ]
    for (const { tag, settings } of failures) {
      await onTapeAsync(wasmKernels(), async (tape) => {
        const initial = begin(tape)
        const before = numbersIn(initial)
        const live = memory(tape.kernels)
        const { result, recorded } = await withCalls(initial, settings)
        expect(leftOf(result)._tag).toBe(tag)
        expect(memory(tape.kernels)).toEqual(live)
        expect(numbersIn(initial)).toEqual(before)
        expect(recorded.filter((call) => JSON.stringify(call) === '{"call":"stop"}')).toHaveLength(1)
        expect((await fitted(initial)).history).toHaveLength(3)
      })
    }
  })

  it('ends its progress and releases its states where a function of the user throws', async () => {
    await onTapeAsync(referenceKernels(), async (tape) => {
      const initial = begin(tape)
      const live = memory(tape.kernels)
      const { progress, calls } = recordingProgress()
      const validate = (): Result<never> => {
        throw new Error('a mistake of the user')
      }
      await expect(fit(initial, { ...base, validate, progress })).rejects.toThrow('a mistake of the user')
      expect(calls.at(-1)).toEqual({ call: 'stop' })
      expect(memory(tape.kernels)).toEqual(live)
    })
  })
})
