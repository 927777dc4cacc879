/** Parts of a model with an optimiser each. */
import {
  adam,
  adamw,
  backward,
  type Gradients,
  type Group,
  groups,
  lift,
  memory,
  parameters,
  referenceKernels,
  rmsprop,
  sgd,
  type SingleOptimizer,
  type Tape,
  trace,
  update
} from 'gradfold'
import { optimizerAt } from '../../src/optimizer/groups'
import { onTape } from '../support/leaks'
import { numbersOf } from '../support/numbers'
import { lossOfAll, network } from '../support/regression'
import { leftOf, rightOf } from '../support/results'

const slow = sgd({ learningRate: 0.25, momentum: 0.5 })
const other = adamw()

/** The network of 0.weight, 0.bias, 2.weight and 2.bias with its gradients. */
const prepared = (tape: Tape) =>
  rightOf(
    trace(tape, function* (run) {
      const model = yield* run(network)
      const loss = yield* run(lossOfAll, model)
      const gradients: Gradients = yield* run((at) => lift(at, backward(at, loss)))
      return { model, gradients }
    })
  )

describe('groups', () => {
  it('is a plain record', () => {
    const parts: ReadonlyArray<Group> = [{ path: 'encoder', optimizer: slow }]
    expect(groups(parts, other)).toEqual({ _tag: 'Groups', groups: parts, otherwise: other })
  })

  it('moves each part by its own optimiser, as that would move all, and keeps state by path', () => {
    onTape(referenceKernels(), (tape) => {
      const { value, tape: next } = prepared(tape)
      const numbers = (by: Parameters<typeof update>[1]) => {
        const { model, state } = rightOf(update(next, by, value)).value
        const slots = Object.values(state.slots).map((running) => running.map(numbersOf))
        return parameters(model).map(({ path, variable }, i) => ({ path, to: numbersOf(variable), slots: slots[i] }))
      }
      const mixed = groups(
        [
          { path: '0.bias', optimizer: adam() },
          { path: '0', optimizer: slow }
        ],
        rmsprop()
      )
      expect(numbers(mixed)).toEqual([
        numbers(slow)[0],
        numbers(adam())[1],
        numbers(rmsprop())[2],
        numbers(rmsprop())[3]
      ])
    })
  })

  it.each<readonly [Group['path'], string, boolean]>([
    ['encoder', 'encoder', true],
    ['encoder', 'encoder.0.weight', true],
    ['encoder.0', 'encoder.0.weight', true],
    ['encoder.0.weight', 'encoder.0.weight', true],
    ['encoder', 'encoder2.weight', false],
    ['encoder.1', 'encoder.10.weight', false],
    ['weight', 'encoder.0.weight', false],
    ['', 'encoder.0.weight', true],
    ['', '', true],
    [/bias$/, 'encoder.0.bias', true],
    [/bias$/, 'bias.weight', false],
    [/^encoder\..*weight$/, 'encoder.0.weight', true]
  ])('%p names %p: %p', (path, parameter, expected) => {
    const found = optimizerAt(groups([{ path, optimizer: slow }], other), parameter)
    expect(found).toBe(expected ? slow : other)
  })

  it('an expression that keeps its place is not read from there', () => {
    const by = groups([{ path: /bias/g, optimizer: slow }], other)
    expect(['0.bias', '0.bias', '0.bias'].map((path) => optimizerAt(by, path))).toEqual([slow, slow, slow])
  })

  const refused = (parts: ReadonlyArray<Group>, otherwise: SingleOptimizer = other) =>
    onTape(referenceKernels(), (tape) => {
      const { value, tape: next } = prepared(tape)
      const before = memory(tape.kernels)
      const error = leftOf(update(next, groups(parts, otherwise), value))
      expect(memory(tape.kernels)).toEqual(before)
      return error
    })

  it('refuses one that no parameter is in, and says which there are', () => {
    const error = refused([{ path: 'encodr', optimizer: slow }])
    expect(error).toMatchObject({ _tag: 'InvalidArgument', operation: 'groups', argument: 'path', value: 'encodr' })
    expect(error.message).toBe(
      'groups has one for encodr, but the model has no such parameter; a name means that path and all below it. There ' +
        'are 0.weight, 0.bias, 2.weight, 2.bias.'
    )
    expect(refused([{ path: /Bias/, optimizer: slow }]).message).toContain('groups has one for /Bias/, but')
  })

  it('refuses one whose parameters earlier ones have', () => {
    const error = refused([
      { path: '0', optimizer: slow },
      { path: '0.bias', optimizer: slow }
    ])
    expect(error).toMatchObject({ _tag: 'InvalidArgument', argument: 'path', value: '0.bias' })
    expect(error.message).toContain('Put the narrower group first.')
  })

  it('refuses settings out of their ranges in any group', () => {
    const wrong = sgd({ learningRate: 1, momentum: 2 })
    expect(refused([{ path: '0', optimizer: wrong }])).toMatchObject({ operation: 'sgd', argument: 'momentum' })
    expect(refused([], wrong)).toMatchObject({ operation: 'sgd', argument: 'momentum' })
  })

  it('refuses the state of another optimiser in a group', () => {
    onTape(referenceKernels(), (tape) => {
      const { value, tape: next } = prepared(tape)
      const { state } = rightOf(update(next, slow, value)).value
      const error = leftOf(update(next, groups([{ path: '2', optimizer: adam() }], slow), { ...value, state }))
      expect(error).toMatchObject({ _tag: 'InvalidArgument', operation: 'update', argument: 'state', value: 1 })
      expect(error.message).toContain('1 running tensors for 2.weight where adam keeps 2 (exp_avg, exp_avg_sq)')
    })
  })
})
