/** The checks of all orders of one subject, and what is said of what they find. */
import { PreconditionFailure } from 'fast-check'
import type { HostTensor } from '../../kernels/tensor'
import { minimize } from '../programs/minimize'
import { type Program, programOf, subjectOf } from '../programs/program'
import { programText } from '../programs/programText'
import { DerivativeFailed } from './derivativeFailed'
import { derivativeOf, type Trial } from './derivativeOf'
import { examine } from './examine'
import { Misuse } from './misuse'
import type { Exclusion, OrderReport, WrongSlope } from './report'
import { type RunSettings, withRun } from './subject'
import { type Demands, vet } from './vet'

/** What a gradient check of one function at one point found. */
export interface GradientReport {
  /** No slope was found wrong. */
  readonly right: boolean
  readonly orders: ReadonlyArray<OrderReport>
  /** Where a slope is wrong: the smallest program that shows it; undefined where none was found. */
  readonly smallest: Counterexample | undefined
}

/** A program whose gradient is wrong. */
export interface Counterexample {
  /** TypeScript that runs by itself, and fails. */
  readonly text: string
  readonly inputs: ReadonlyArray<HostTensor>
  /** The names of its operations, in their order. */
  readonly operations: ReadonlyArray<string>
}

export interface CheckSettings extends Demands, RunSettings {
  readonly orders: ReadonlyArray<number>
}

/** Thrown by a check that found a wrong gradient. */
export class GradientError extends Error {
  constructor(readonly report: GradientReport) {
    super(messageOf(report))
    this.name = 'GradientError'
  }
}

/** Nothing could be compared: a property takes another example, and fails if that is so for too many. */
export class NothingCompared extends PreconditionFailure {
  constructor(report: GradientReport) {
    super()
    const reasons = new Set(report.orders.flatMap(({ excluded }) => excluded.map(exclusionText)))
    const why = reasons.size === 0 ? 'they hold no numbers' : [...reasons].join('; ')
    this.message = `No slope could be compared at these inputs: ${why}.`
  }
}

/** Checks one order after the other, up to the first that is wrong. Throws a `Misuse`. */
export const check = (trial: Trial, settings: CheckSettings): GradientReport => {
  vet(trial.subject, trial.inputs, settings, settings)
  const orders: OrderReport[] = []
  for (const order of settings.orders) {
    const report = examineOrder(trial, settings, order)
    if (report === undefined) continue
    orders.push(report)
    // Where there is no number or no slope there is none of a higher order.
    if (report.compared === 0 && !isWrong(report)) break
    if (isWrong(report)) return { right: false, orders, smallest: smallestProgram(trial, settings, order) }
  }
  return { right: true, orders, smallest: undefined }
}

/** Throws what is wrong. */
export const insist = (report: GradientReport): void => {
  if (!report.right) throw new GradientError(report)
  if ((report.orders[0]?.compared ?? 0) === 0) throw new NothingCompared(report)
}

/** The derivative of the order before, whose gradients are those of this order; undefined where there is none. */
const trialOfOrder = (trial: Trial, settings: RunSettings, order: number): Trial | undefined => {
  let at: Trial | undefined = trial
  for (let i = 1; i < order && at !== undefined; i++) at = derivativeOf(at, settings)
  return at
}

const examineOrder = (trial: Trial, settings: RunSettings, order: number): OrderReport | undefined => {
  const at = trialOfOrder(trial, settings, order)
  if (at === undefined) return undefined
  try {
    return examine(at.subject, at.inputs, settings, order)
  } catch (thrown) {
    if (!(thrown instanceof DerivativeFailed)) throw thrown
    return { order, compared: 0, wrong: [], failure: thrown.message, excluded: [] }
  }
}

const isWrong = ({ wrong, failure }: OrderReport): boolean => wrong.length > 0 || failure !== undefined

/**
 * Of a wrong second derivative the culprit is most often an operation that a first derivative recorded: then its own first
 * derivative is wrong, and a program of first order shows it.
 */
const smallestProgram = (trial: Trial, settings: CheckSettings, order: number): Counterexample | undefined => {
  const derivative = order === 1 ? undefined : trialOfOrder(trial, settings, order)
  return (derivative && smallestOf(derivative, settings, 1)) ?? smallestOf(trial, settings, order)
}

const smallestOf = (trial: Trial, settings: CheckSettings, order: number): Counterexample | undefined => {
  const { seed } = settings
  const showsIt = (program: Program): boolean => {
    if (!program.leaves.some(({ dtype, values }) => dtype === 'float32' && values.length > 0)) return false
    if (programText(program, { seed, order }) === undefined) return false
    const cut: Trial = { subject: subjectOf(program), inputs: program.leaves }
    try {
      const found = examineOrder(cut, settings, order)
      // Not at kinks alone, where a program would show nothing once its derivative is mended.
      return found !== undefined && isWrong(found) && (found.wrong.length > 0 || found.excluded.length === 0)
    } catch (thrown) {
      if (thrown instanceof Misuse) return false
      throw thrown
    }
  }
  for (const program of programsOf(trial, settings)) {
    const smallest = minimize(program, showsIt, settings)
    const text = smallest && programText(smallest, { seed, order })
    if (smallest === undefined || text === undefined) continue
    return { text, inputs: smallest.leaves, operations: smallest.steps.map(({ primitive }) => primitive.name) }
  }
  return undefined
}

const programsOf = ({ subject, inputs }: Trial, settings: RunSettings): ReadonlyArray<Program> => {
  try {
    return withRun(subject, inputs, settings, ({ tape, outputs }) => outputs.map((output) => programOf(tape, output)))
  } catch (thrown) {
    if (thrown instanceof DerivativeFailed) return []
    throw thrown
  }
}

const messageOf = ({ orders, smallest }: GradientReport): string => {
  const { order, wrong, failure } = orders.at(-1)!
  const failed = failure === undefined ? [] : [`The ${derivativeText(order)} could not be computed: ${failure}`]
  const lines = [...failed, ...wrong.slice(0, 3).map((slope) => wrongText(slope, order))]
  const more = wrong.length > 3 ? [`and ${wrong.length - 3} more.`] : []
  const shown =
    smallest === undefined
      ? [
          'No single program of its operations shows it: a number was taken off the tape and recorded again (read, item, ' +
            'constant), where no gradient flows.'
        ]
      : ['The smallest program that shows it:', '', smallest.text, '']
  return [...lines, ...more, ...shown].join('\n')
}

const wrongText = ({ name, position, recorded, expected, bound }: WrongSlope, order: number): string => {
  const where = position === undefined ? 'along a direction' : `at number ${position}`
  const digits = (value: number): string => String(Number(value.toPrecision(10)))
  return (
    `The ${derivativeText(order)} with respect to ${name}, ${where}, is ${digits(recorded)}, but central differences say ` +
    `${digits(expected)}, to within ${bound.toExponential(0)}.`
  )
}

const derivativeText = (order: number): string =>
  order === 1 ? 'gradient' : order === 2 ? 'gradient of the gradient' : `derivative of order ${order}`

const exclusionText = ({ reason, operation, entry }: Exclusion): string =>
  reason === 'kink'
    ? `${operation} at entry ${entry} has a kink there`
    : reason === 'notFinite'
      ? 'NaN or infinity is next to them'
      : 'rounding hides the slope'
