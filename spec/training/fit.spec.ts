import { right } from 'fp-ts/Either'
import {
  type Dataset,
  evaluate,
  evaluation,
  fit,
  type FitSettings,
  type Kernels,
  memory,
  referenceKernels,
  type Tape,
  type Traced
} from 'gradfold'
import { kernelSets } from '../support/kernelSets'
import { begin, base, fitted, measure, numbersIn, type Settings, withCalls } from '../support/fitting'
import { onTapeAsync } from '../support/leaksAsync'
import { numbersOf } from '../support/numbers'
import { recordingProgress } from '../support/recordingProgress'
import { examples, lossOf, lossOfAll, type Network, PARAMETERS } from '../support/regression'
import { rightOf } from '../support/results'

/** The parameters after training on kernels, from a seed. */
const trained = (kernels: Kernels, seed: number, settings: Partial<Settings> = {}): Promise<unknown> =>
  onTapeAsync(kernels, async (tape) => numbersIn((await fitted(begin(tape), settings)).state), { seed })

describe.each(kernelSets)('fit on $name', ({ create }) => {
  const kernels = create()

  it('gives the same for a seed, and something else for another', async () => {
    const first = await trained(kernels, 3)
    expect(await trained(kernels, 3)).toEqual(first)
    expect(await trained(kernels, 4)).not.toEqual(first)
  })

  it('brings the loss down, and says how in its history', async () => {
    await onTapeAsync(kernels, async (tape) => {
      const { history } = await fitted(begin(tape), { epochs: 60 })
      expect(history.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1))
      expect(history.every(({ measures, seconds }) => Object.keys(measures).length === 0 && seconds >= 0)).toBe(true)
      expect(history.at(-1)!.loss).toBeLessThan(history[0]!.loss / 10)
    })
  })

  it('keeps the state that it was given and the one that it gives, and nothing else', async () => {
    await onTapeAsync(kernels, async (tape) => {
      const { tensors } = memory(kernels)
      const initial = begin(tape)
      const before = numbersIn(initial)
      const { state } = await fitted(initial)
      expect(memory(kernels).tensors - tensors).toBe(PARAMETERS + 3 * PARAMETERS)
      expect(numbersIn(initial)).toEqual(before)
      expect(numbersIn(state)).not.toEqual(before)
      expect(state.value.optimizer.step).toBe(9)
      expect(state.tape.length).toBe(PARAMETERS)
      expect(rightOf(lossOfAll(initial.tape, initial.value.model)).value.shape).toEqual([])
      const further = await fitted(state)
      expect(further.state.value.optimizer.step).toBe(18)
      expect(numbersIn(state)).not.toEqual(numbersIn(further.state))
    })
  })
})

describe('fit', () => {
  /** The places of the examples in each batch, epoch after epoch. */
  const orders = async (settings: Partial<FitSettings<Network, Dataset>>): Promise<number[][]> => {
    const batches: number[][] = []
    await onTapeAsync(referenceKernels(), async (tape) => {
      const loss = (at: Tape, model: Network, batch: { readonly place: Parameters<typeof numbersOf>[0] }) => {
        batches.push([...numbersOf(batch.place)])
        return lossOfAll(at, model)
      }
      const data = { place: Int32Array.from({ length: 7 }, (_, i) => i) }
      rightOf(await fit(begin(tape), { ...base, epochs: 2, ...settings, data, loss }))
    })
    return batches
  }

  it('goes through all examples in each epoch, in a new order, the short batch last', async () => {
    const batches = await orders({})
    expect(batches.map((batch) => batch.length)).toEqual([3, 3, 1, 3, 3, 1])
    const epochs = [batches.slice(0, 3).flat(), batches.slice(3).flat()]
    for (const epoch of epochs) expect(epoch.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(epochs[0]).not.toEqual(epochs[1])
    expect(epochs[0]).not.toEqual([0, 1, 2, 3, 4, 5, 6])
  })

  it('goes through them in order where they are not to be shuffled', async () => {
    const inOrder = [[0, 1, 2], [3, 4, 5], [6]]
    expect(await orders({ shuffle: false })).toEqual([...inOrder, ...inOrder])
  })

  it('takes a batch that is larger than the data', async () => {
    expect(await orders({ shuffle: false, batchSize: 100, epochs: 1 })).toEqual([[0, 1, 2, 3, 4, 5, 6]])
  })

  it('makes the steps in the order of the tape, whatever the kernels', async () => {
    const [onReference, ...others] = await Promise.all(
      kernelSets.map(({ create }) =>
        onTapeAsync(create(), async (tape) => (await fitted(begin(tape))).history.map(({ loss }) => loss))
      )
    )
    onReference!.forEach((loss, i) => {
      for (const other of others) expect(other[i]).toBeCloseTo(loss, 5)
    })
  })

  it('of no epochs is the state as it was, in training', async () => {
    await onTapeAsync(referenceKernels(), async (tape) => {
      const initial = begin(tape)
      const { recorded, result } = await withCalls(
        { value: initial.value, tape: evaluation(initial.tape) },
        { epochs: 0 }
      )
      const { state, history } = rightOf(result)
      expect([state.value, history, recorded]).toEqual([initial.value, [], []])
      expect([state.tape.training, state.tape.length]).toEqual([true, PARAMETERS])
    })
  })

  it('trains on a tape that records training, and is measured on one that does not', async () => {
    await onTapeAsync(referenceKernels(), async (tape) => {
      const seen: boolean[] = []
      const initial = begin(tape)
      await fitted(
        { value: initial.value, tape: evaluation(initial.tape) },
        {
          epochs: 1,
          batchSize: 7,
          loss: (at, model, batch) => {
            seen.push(at.training)
            return lossOf(at, model, batch)
          },
          validate: (state) =>
            evaluate(state, examples, (at, model, batch) => {
              seen.push(at.training)
              return measure(at, model, batch)
            })
        }
      )
      expect(seen).toEqual([true, false])
    })
  })

  it('shows its progress, and its history is the mean over examples', async () => {
    await onTapeAsync(referenceKernels(), async (tape) => {
      const { progress, calls } = recordingProgress()
      const validate = (state: Traced<Network>) => evaluate(state, examples, measure)
      const { history } = await fitted(begin(tape), { epochs: 2, validate, progress })
      const losses = calls.flatMap((call) => (call.call === 'step' ? [call.loss] : []))
      const means = [0, 3].map((i) => (3 * losses[i]! + 3 * losses[i + 1]! + losses[i + 2]!) / 7)
      expect(calls).toEqual(
        [1, 2].flatMap((epoch, i) => [
          { call: 'start', epoch, epochs: 2, steps: 3 },
          ...[1, 2, 3].map((done) => ({ call: 'step', done, loss: losses[3 * i + done - 1] })),
          { call: 'end', epoch, epochs: 2, measures: { loss: history[i]?.loss, ...history[i]?.measures } }
        ])
      )
      history.forEach(({ loss }, i) => {
        expect(loss).toBeCloseTo(means[i]!, 12)
      })
      expect(history[1]?.measures['error']).toBeGreaterThan(0)
    })
  })

  it('takes what validate measures as it is', async () => {
    await onTapeAsync(referenceKernels(), async (tape) => {
      const { history } = await fitted(begin(tape), { validate: () => right({ score: 0.5 }) })
      expect(history.map(({ measures }) => measures)).toEqual(new Array(3).fill({ score: 0.5 }))
    })
  })
})
