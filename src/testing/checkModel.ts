import { isLeft, right } from 'fp-ts/Either'
import type { Either } from 'fp-ts/Either'
import type { Result } from '../error/result'
import type { HostTensor } from '../kernels/tensor'
import { parameters } from '../model/parameters'
import type { Input } from '../tape/input'
import { buffer, bufferPrimitive, constant } from '../tape/leaf'
import { collectTensors, mapTensors } from '../tape/structure'
import { startTape, type Tape, type Traced } from '../tape/tape'
import { tensorOf, type Variable } from '../tape/variable'
import { complete, type GradientCheckSettings, inspected, type Recording } from './checkGradients'
import { check, type CheckSettings, type GradientReport, insist } from './gradients/check'
import type { Trial } from './gradients/derivativeOf'
import { Misuse } from './gradients/misuse'
import { hostOf } from './gradients/subject'

/** Makes a layer or a model on a tape. */
export type Create<M> = (tape: Tape) => Result<Traced<M>>

/** What is recorded of a model: its output, or a loss. */
export type ModelRecorder<M> = (tape: Tape, model: M, ...inputs: ReadonlyArray<Variable>) => Recording

/** Takes a model and a function of it, and gives a function of tensors. */
type Check<A> = <M>(
  create: Create<M>,
  f: ModelRecorder<M>,
  settings?: GradientCheckSettings
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- a property infers its types from the generators only if the predicate is generic
) => <I extends ReadonlyArray<Input>>(...inputs: I) => A

/**
 * `checkGradients` for a layer or a model: with respect to each of its parameters, which messages call by their paths, and to all
 * float32 inputs. The model is made once, from the seed.
 * @example
 * import { assert, property } from 'fast-check'
 * import { linear, linearForward } from 'gradfold'
 * import { checkModel, tensors } from 'gradfold/testing'
 * const check = checkModel((tape) => linear(tape, 3, 2), linearForward)
 * assert(property(tensors({ shape: [4, 3] }), check), { numRuns: 5 })
 */
export const checkModel: Check<void> =
  <M>(create: Create<M>, f: ModelRecorder<M>, settings: GradientCheckSettings = {}) =>
  (...inputs: ReadonlyArray<Input>): void => {
    const all = complete(settings)
    insist(check(trialOf(create, f, inputs, all), all))
  }

/**
 * The same check as a report; what cannot be checked is a Left.
 * @example
 * import { isRight } from 'fp-ts/Either'
 * import { linear, linearForward } from 'gradfold'
 * import { inspectModel } from 'gradfold/testing'
 * const found = inspectModel((tape) => linear(tape, 3, 2), linearForward)([[1, 2, 3]])
 * if (isRight(found)) console.log(found.right.right, found.right.orders[0]?.compared) // => true 11
 */
export const inspectModel: Check<Either<Misuse, GradientReport>> =
  <M>(create: Create<M>, f: ModelRecorder<M>, settings: GradientCheckSettings = {}) =>
  (...inputs: ReadonlyArray<Input>): Either<Misuse, GradientReport> =>
    inspected(() => {
      const all = complete(settings)
      return check(trialOf(create, f, inputs, all), all)
    })

const trialOf = <M>(
  create: Create<M>,
  f: ModelRecorder<M>,
  inputs: ReadonlyArray<Input>,
  settings: CheckSettings
): Trial => {
  const { model, paths, numbers } = modelOf(create, settings)
  const trained = [...paths.keys()]
  return {
    subject: {
      names: [...paths.values(), ...inputs.map((_, place) => `input ${place}`)],
      record: (tape, variables) => {
        const placed = placeModel(tape, model, new Map(trained.map((old, i) => [old, variables[i]!])), numbers)
        if (isLeft(placed)) return placed
        const recorded = f(placed.right.tape, placed.right.value, ...variables.slice(trained.length))
        if (isLeft(recorded)) return recorded
        return right({ value: [recorded.right.value], tape: recorded.right.tape })
      }
    },
    inputs: [...trained.map((variable) => numbers.get(variable)!), ...inputs.map(hostOf)]
  }
}

interface Made<M> {
  /** Its variables are released: they stand for their places. */
  readonly model: M
  readonly paths: ReadonlyMap<Variable, string>
  readonly numbers: ReadonlyMap<Variable, HostTensor>
}

const modelOf = <M>(create: Create<M>, { kernels, seed }: CheckSettings): Made<M> => {
  const own = kernels.withOwnAllocations()
  try {
    const made = create(startTape(own, { seed }))
    if (isLeft(made)) throw new Misuse('Failed', `The model could not be made: ${made.left.message}`)
    const { value: model } = made.right
    const numbers = new Map<Variable, HostTensor>()
    for (const variable of collectTensors(model).variables) {
      const { shape, dtype } = variable
      numbers.set(variable, { shape, dtype, values: own.read(tensorOf(variable)) })
    }
    return { model, paths: new Map(parameters(model).map(({ path, variable }) => [variable, path])), numbers }
  } finally {
    own.allocations.releaseAll()
  }
}

/** The model with these variables in place of its parameters, and its buffers and constants recorded anew. */
const placeModel = <M>(
  start: Tape,
  model: M,
  trained: ReadonlyMap<Variable, Variable>,
  numbers: ReadonlyMap<Variable, HostTensor>
): Result<Traced<M>> => {
  let tape = start
  const placed = new Map(trained)
  for (const [variable, values] of numbers) {
    if (placed.has(variable)) continue
    const leaf = variable.primitive === bufferPrimitive ? buffer(tape, values) : constant(tape, values)
    if (isLeft(leaf)) return leaf
    tape = leaf.right.tape
    placed.set(variable, leaf.right.value)
  }
  return right({ value: mapTensors(model, { variable: (variable) => placed.get(variable) ?? variable }), tape })
}
