/** A kernel that fails at any call of an update, a training step, or fit. */
import fc from 'fast-check'
import { isLeft, isRight } from 'fp-ts/Either'
import { isSome } from 'fp-ts/Option'
import {
  adam,
  backward,
  fit,
  KernelFailure,
  type Layer,
  memory,
  type Optimizer,
  parameters,
  read,
  type Result,
  scope,
  sgd,
  startTraining,
  type Tape,
  trace,
  type Traced,
  type TrainingState,
  trainingStep,
  update
} from 'gradfold'
import { collectTensors } from '../../src/tape/structure'
import { tensorOf } from '../../src/tape/variable'
import { faultyKernels } from '../../src/testing/faultyKernels'
import { batchOf, lossOf, networkOf, type Plan, plans } from '../support/arbitraryNetworks'
import { everyFault, numbersIn, withoutRepeats } from '../support/everyFault'
import { base, begin } from '../support/fitting'
import { namedKernels } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { onTapeAsync } from '../support/leaksAsync'
import { leftOf, rightOf } from '../support/results'
import { runs } from '../support/runs'

const optimizers: ReadonlyArray<readonly [name: string, optimizer: Optimizer]> = [
  ['sgd', sgd({ learningRate: 0.1 })],
  ['sgd with momentum', sgd({ learningRate: 0.1, momentum: 0.9 })],
  ["Nesterov's sgd", sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true })],
  ['adam', adam()],
  ['adam of short memory', adam({ beta1: 0.3 })]
]

type State = Traced<TrainingState<Layer>>

/** The loss of a batch that is drawn on the tape. */
const drawnLoss = (plan: Plan) => (tape: Tape, model: Layer) =>
  trace(tape, function* (run) {
    return yield* run(lossOf(plan), model, yield* run(batchOf, plan))
  })

const step = (state: State, optimizer: Optimizer, plan: Plan, donate = false): Result<State> =>
  trainingStep(state, optimizer, drawnLoss(plan), { donate })

/** A state with running tensors: the one after the first step. */
const stateOf = (tape: Tape, optimizer: Optimizer, plan: Plan): State =>
  rightOf(step(startTraining(rightOf(networkOf(tape, plan))), optimizer, plan))

/** Forward, backward, update: by the operation that an error names. */
const passOf = (operation: string): string =>
  operation === 'backward' || operation === 'update' ? operation : 'forward'

const examplePlan: Plan = {
  widths: [2, 3, 2],
  activation: 'relu',
  bias: true,
  scaled: true,
  loss: 'softmaxCrossEntropy',
  batch: 2
}

describe.each(namedKernels())('a failure at any call on %s', (_name, kernels) => {
  describe.each(optimizers)('with %s', (_optimizer, optimizer) => {
    it('of an update leaves all as it was, and names the parameter', () => {
      fc.assert(
        fc.property(plans, (plan) => {
          const paths: string[] = []
          const reports = everyFault(kernels, {
            prepare: (tape) => {
              const state = stateOf(tape, optimizer, plan)
              const loss = rightOf(drawnLoss(plan)(state.tape, state.value.model))
              paths.splice(0, Infinity, ...parameters(state.value.model).map(({ path }) => path))
              return {
                value: { ...state.value, gradients: rightOf(backward(loss.tape, loss.value)) },
                tape: state.tape
              }
            },
            attempt: (tape, { model, gradients, optimizer: state }) =>
              scope(tape, (inner) => update(inner, optimizer, { model, gradients, state }))
          })
          expect(withoutRepeats(reports.map(({ error }) => error.path))).toEqual(paths)
          expect(new Set(reports.map(({ error }) => error.operation))).toEqual(new Set(['update']))
        }),
        { numRuns: runs(3) }
      )
    })

    it('of a training step leaves all as it was, whichever pass it is in', () => {
      fc.assert(
        fc.property(plans, fc.boolean(), (plan, isFirst) => {
          const reports = everyFault(kernels, {
            prepare: (tape) =>
              isFirst ? startTraining(rightOf(networkOf(tape, plan))) : stateOf(tape, optimizer, plan),
            attempt: (tape, value) => step({ tape, value }, optimizer, plan)
          })
          const passes = withoutRepeats(reports.map(({ error }) => passOf(error.operation)))
          expect(passes).toEqual(['forward', 'backward', 'update'])
          expect(reports.every(({ error: { path, operation } }) => path !== '' || operation !== 'update')).toBe(true)
        }),
        { numRuns: runs(3) }
      )
    })

    it('of a donated step leaves no more than was there, and takes nothing before the update', () => {
      const faulty = faultyKernels(kernels)
      const taken = new Set<string>()
      const failsAt = (call: number): boolean =>
        onTape(faulty.kernels, (start) => {
          faulty.failAfter(Infinity)
          const state = stateOf(start, optimizer, examplePlan)
          const { variables, tensors } = collectTensors(state.value)
          const old = [...Array.from(variables, tensorOf), ...tensors]
          const numbers = numbersIn(state.value)
          const before = memory(kernels).tensors - old.length
          faulty.failAfter(call)
          const result = step(state, optimizer, examplePlan, true)
          expect(isLeft(result)).toBe(isSome(faulty.fault()))
          if (isRight(result)) {
            expect(memory(kernels).tensors).toBe(before + old.length)
            return false
          }
          const live = old.filter(({ owner }) => owner !== undefined)
          const pass = passOf(result.left.operation)
          expect(result.left).toMatchObject({ _tag: 'KernelError', reason: 'outOfMemory' })
          expect(memory(kernels).tensors).toBe(before + live.length)
          old.forEach((tensor, i) => {
            if (tensor.owner !== undefined) expect(rightOf(read(tensor))).toEqual(numbers[i])
          })
          if (live.length < old.length) taken.add(pass)
          // Once it is whole, it can be made again; else the step says why it cannot.
          faulty.failAfter(Infinity)
          const again = step(state, optimizer, examplePlan)
          if (live.length === old.length) expect(isRight(again)).toBe(true)
          else expect(leftOf(again)._tag).toBe('Released')
          return true
        })
      let calls = 0
      while (failsAt(calls)) calls++
      expect(calls).toBeGreaterThan(20)
      expect([...taken]).toEqual(['update'])
    })
  })

  it('of fit leaves the initial state, and the next fit gives what it would have given', async () => {
    const faulty = faultyKernels(kernels)
    await onTapeAsync(faulty.kernels, async (tape) => {
      const initial = begin(tape)
      const settings = { ...base, epochs: 2, batchSize: 4 }
      const before = { numbers: numbersIn(initial.value), memory: memory(kernels) }
      const seen = (): unknown => ({ numbers: numbersIn(initial.value), memory: memory(kernels) })
      const outcome = async (): Promise<unknown> => {
        faulty.failAfter(Infinity)
        const mark = tape.kernels.allocations.mark()
        const { state, history } = rightOf(await fit(initial, settings))
        const numbers = [numbersIn(state.value), history.map(({ loss }) => loss)]
        tape.kernels.allocations.releaseUnclaimed(mark)
        expect(seen()).toEqual(before)
        return numbers
      }
      const expected = await outcome()
      const calls = faulty.calls()
      for (let call = 0; call < calls; call++) {
        faulty.failAfter(call)
        const error = leftOf(await fit(initial, settings))
        expect(error).toMatchObject({ _tag: 'KernelError', kernels: kernels.name, reason: 'outOfMemory' })
        expect(seen()).toEqual(before)
      }
      expect(await outcome()).toEqual(expected)
    })
  })

  it('of a device that stays lost leaves nothing, and the state can still be released', () => {
    const faulty = faultyKernels(kernels, { reason: 'lost', lasting: true })
    onTape(faulty.kernels, (start) => {
      const state = stateOf(start, adam(), examplePlan)
      const before = { numbers: numbersIn(state.value), memory: memory(kernels) }
      for (let call = 0; ; call++) {
        faulty.failAfter(call)
        const result = step(state, adam(), examplePlan)
        if (isRight(result)) return
        expect(result.left).toMatchObject({ _tag: 'KernelError', reason: 'lost' })
        expect({ numbers: numbersIn(state.value), memory: memory(kernels) }).toEqual(before)
      }
    })
  })

  it('of reading the loss leaves the state, and the step can be made again', () => {
    // Labels are read, too.
    const plan: Plan = { ...examplePlan, loss: 'mseLoss' }
    onTape(kernels, (start) => {
      const state = stateOf(start, adam(), plan)
      const before = { numbers: numbersIn(state.value), memory: memory(kernels) }
      const prototype: unknown = Object.getPrototypeOf(kernels)
      const spy = jest.spyOn(prototype as typeof kernels, 'read').mockImplementation(() => {
        throw new KernelFailure('lost', 'the device is gone')
      })
      try {
        const error = leftOf(step(state, adam(), plan, true))
        expect(error).toMatchObject({ _tag: 'KernelError', operation: 'read', reason: 'lost' })
        expect(spy).toHaveBeenCalledTimes(1)
      } finally {
        spy.mockRestore()
      }
      expect({ numbers: numbersIn(state.value), memory: memory(kernels) }).toEqual(before)
      expect(isRight(step(state, adam(), plan))).toBe(true)
    })
  })
})
