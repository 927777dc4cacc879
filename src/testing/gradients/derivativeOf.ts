/** The gradients of a subject as a subject themselves: what is checked for the second order. */
import { isLeft, right } from 'fp-ts/Either'
import type { Result } from '../../error/result'
import { gradient } from '../../gradient/gradient'
import type { HostTensor, Shape } from '../../kernels/tensor'
import { add } from '../../operation/add'
import type { Tape, Traced } from '../../tape/tape'
import type { Variable } from '../../tape/variable'
import { sizeOf } from '../../kernels/shape'
import { attempted } from './attempted'
import { DerivativeFailed } from './derivativeFailed'
import { sourcesOf } from './walk'
import { type RunSettings, type Subject, withRun } from './subject'
import { weights } from './weights'

/** A subject, and what it is to be run on. */
export interface Trial {
  readonly subject: Subject
  readonly inputs: ReadonlyArray<HostTensor>
}

/**
 * Its inputs are those of the subject and, for each output, the upstream gradient: so the derivative with respect to the upstream
 * gradient, which is a derivative rule's other half, is checked too. Undefined if no output depends on an input.
 */
export const derivativeOf = ({ subject, inputs }: Trial, settings: RunSettings): Trial | undefined => {
  const shapes: ReadonlyArray<Shape> = withRun(subject, inputs, settings, ({ outputs }) =>
    // Of an output that depends on no input the upstream gradient is never asked for.
    outputs.some(({ needsGradient }) => needsGradient) ? outputs.map(({ shape }) => shape) : []
  )
  if (shapes.length === 0) return undefined
  const upstreams = shapes.map((shape, k): HostTensor => ({
    shape,
    dtype: 'float32',
    values: weights(settings.seed, 100 + k, sizeOf(shape))
  }))
  return {
    subject: {
      names: [...subject.names, ...shapes.map((_, k) => `the upstream gradient${k === 0 ? '' : ` ${k}`}`)],
      record: (tape, variables) => {
        const own = variables.slice(0, inputs.length)
        const recorded = subject.record(tape, own)
        return isLeft(recorded) ? recorded : gradientsOf(recorded.right, own, variables.slice(inputs.length))
      }
    },
    inputs: [...inputs, ...upstreams]
  }
}

const gradientsOf = (
  { value: outputs, tape: start }: Traced<ReadonlyArray<Variable>>,
  inputs: ReadonlyArray<Variable>,
  upstreams: ReadonlyArray<Variable>
): Result<Traced<ReadonlyArray<Variable>>> => {
  let tape: Tape = start
  const totals = new Map<Variable, Variable>()
  for (const [k, output] of outputs.entries()) {
    const reached = sourcesOf(output)
    const wanted = inputs.filter((input) => reached.has(input))
    if (wanted.length === 0) continue
    const found = attempted(() => gradient(tape, output, wanted, { upstream: upstreams[k]! }))
    if (isLeft(found)) throw new DerivativeFailed(found.left)
    tape = found.right.tape
    for (const [i, slope] of found.right.value.entries()) {
      const before = totals.get(wanted[i]!)
      if (before === undefined) {
        totals.set(wanted[i]!, slope)
        continue
      }
      const sum = add(tape, before, slope)
      if (isLeft(sum)) return sum
      totals.set(wanted[i]!, sum.right.value)
      tape = sum.right.tape
    }
  }
  return right({ value: [...totals.values()], tape })
}
