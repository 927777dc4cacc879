/** A function under test, and one run of it on kernels whose tensors all go at the end. */
import { isLeft } from 'fp-ts/Either'
import type { Result } from '../../error/result'
import type { Kernels } from '../../kernels/kernels'
import type { HostTensor } from '../../kernels/tensor'
import { type Input, toHost } from '../../tape/input'
import { constant, parameter } from '../../tape/leaf'
import { startTape, type Tape, type Traced } from '../../tape/tape'
import type { Variable } from '../../tape/variable'
import { DerivativeFailed } from './derivativeFailed'
import { Misuse } from './misuse'

/** What can be recorded again and again on inputs of the same shapes. Inputs are float32 parameters, or constants. */
export interface Subject {
  /** What messages call each input. */
  readonly names: ReadonlyArray<string>
  readonly record: (tape: Tape, inputs: ReadonlyArray<Variable>) => Result<Traced<ReadonlyArray<Variable>>>
}

/** Where it is recorded. */
export interface RunSettings {
  readonly kernels: Kernels
  readonly seed: number
}

export interface Run {
  readonly tape: Tape
  readonly inputs: ReadonlyArray<Variable>
  readonly outputs: ReadonlyArray<Variable>
}

/** An input as a tensor; what is none is a `Misuse`. */
export const hostOf = (input: Input): HostTensor => {
  const host = toHost('the check', input)
  if (isLeft(host)) throw new Misuse('InvalidInput', host.left.message)
  return host.right
}

/** Records the subject and looks at the run; whatever happens, nothing of it stays. A Left is a `Misuse`. */
export const withRun = <A>(
  subject: Subject,
  inputs: ReadonlyArray<HostTensor>,
  { kernels, seed }: RunSettings,
  look: (run: Run) => A
): A => {
  const own = kernels.withOwnAllocations()
  try {
    let tape = startTape(own, { seed })
    const variables: Variable[] = []
    for (const [i, input] of inputs.entries()) {
      const leaf = input.dtype === 'float32' ? parameter : constant
      const placed = leaf(tape, input, { name: subject.names[i] ?? '' })
      if (isLeft(placed)) throw new Misuse('InvalidInput', placed.left.message)
      tape = placed.right.tape
      variables.push(placed.right.value)
    }
    const recorded = recordedBy(subject, tape, variables)
    if (isLeft(recorded)) {
      const { _tag, message } = recorded.left
      throw new Misuse('Failed', `The function returned a Left with ${_tag}: ${message}`)
    }
    return look({ tape: recorded.right.tape, inputs: variables, outputs: recorded.right.value })
  } finally {
    own.allocations.releaseAll()
  }
}

const recordedBy = (
  { record }: Subject,
  tape: Tape,
  variables: ReadonlyArray<Variable>
): Result<Traced<ReadonlyArray<Variable>>> => {
  try {
    return record(tape, variables)
  } catch (thrown) {
    if (thrown instanceof Misuse || thrown instanceof DerivativeFailed) throw thrown
    const text = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
    throw new Misuse('Failed', `The function threw ${text}`)
  }
}
