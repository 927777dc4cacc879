/** The largest error of each operation on each kernel set: what the table in docs/kernels.md is written from. */
import fc from 'fast-check'
import { type Kernels, referenceKernels } from 'gradfold'
import type { Values } from '../../src/kernels/tensor'
import { flavours } from './arbitraryTensors'
import type { Found } from './derivatives'
import type { KernelSet } from './kernelSets'
import { kernelsTableDerivatives } from './kernelsTableDerivatives'
import type { Call } from './operationCase'
import { operationCases } from './operationCases'
import type { Trial } from './primitiveCase'
import { differentiableCases } from './primitiveCases'
import { absolute } from './hostTensors'
import { runCall } from './runCall'

/** What is measured of an operation: its result, by the dtype of the result, and its derivatives. */
export const kinds = ['float32', 'int32', 'bool', 'order 1', 'order 2'] as const
export type Kind = (typeof kinds)[number]

/** The largest error, and what had it. */
export interface Worst {
  /** Infinity where one is no number or an infinity, and the other is not, or where the shapes differ. */
  readonly error: number
  readonly of: Call | Trial
}

/** By operation, and by column: `wasm float32`. */
export type Errors = ReadonlyMap<string, ReadonlyMap<string, Worst>>

/** The operations of a kernel set; shapeOf and dtypeOf, which answer no tensor, are none. */
export const tableOperations: ReadonlyArray<string> = Object.keys(operationCases).filter(
  (name) => name !== 'shapeOf' && name !== 'dtypeOf'
)

export const columnOf = (set: string, kind: Kind): string => `${set} ${kind}`

/** Random calls for each flavour, and random programs for derivatives, that the table is written from. */
export const runsOfTable = 400

/** So that the table is the same each time. */
const seed = 4

/**
 * Of `numRuns` random calls for each flavour of numbers, and of as many derivatives. The random calls of a smaller number
 * are the first of a larger one.
 */
export const kernelsTableErrors = (sets: ReadonlyArray<KernelSet>, numRuns: number): Errors => {
  const running = sets.map(({ name, create }) => [name, create()] as const)
  const reference = referenceKernels()
  return new Map(
    tableOperations.map((operation) => {
      const worst = new Map<string, Worst>()
      const note = (set: string, kind: Kind, error: number, of: Call | Trial): void => {
        const column = columnOf(set, kind)
        // Not <=, so that NaN is noted.
        if (!(error <= (worst.get(column)?.error ?? -1))) worst.set(column, { error, of })
      }
      for (const call of callsOf(operation, numRuns)) noteValues(running, reference, call, note)
      for (const trial of trialsOf(operation, numRuns)) noteDerivatives(running, reference, trial, note)
      return [operation, worst]
    })
  )
}

type Running = ReadonlyArray<readonly [name: string, kernels: Kernels]>
type Note = (set: string, kind: Kind, error: number, of: Call | Trial) => void

const cases = new Map(Object.entries(operationCases))

const callsOf = (operation: string, numRuns: number): ReadonlyArray<Call> => {
  const calls = cases.get(operation)
  return calls === undefined ? [] : flavours.flatMap((flavour) => fc.sample(calls(flavour), { seed, numRuns }))
}

const derivatives = new Map(differentiableCases)

const trialsOf = (operation: string, numRuns: number): ReadonlyArray<Trial> => {
  const trials = derivatives.get(operation)?.trials('float32')
  return trials === undefined ? [] : fc.sample(trials, { seed, numRuns })
}

const noteValues = (running: Running, reference: Kernels, call: Call, note: Note): void => {
  const { dtype, values: expected } = runCall(reference, call)
  const isSum = call.precision.kind === 'summed'
  const sizes = isSum ? runCall(reference, call, absolute).values : expected
  const exact = dtype === 'float32' ? expected?.map(Math.fround) : expected
  for (const [set, kernels] of running)
    note(set, dtype, largestError(runCall(kernels, call).values, exact, sizes), call)
}

const noteDerivatives = (running: Running, reference: Kernels, trial: Trial, note: Note): void => {
  const expected = kernelsTableDerivatives(reference, trial.program, trial.inputs)
  for (const [set, kernels] of running) {
    const actual = kernelsTableDerivatives(kernels, trial.program, trial.inputs)
    const noteAll = (kind: Kind, found: Found, wanted: Found): void =>
      wanted.forEach((values, i) => {
        if (values === undefined && found[i] === undefined) return
        note(set, kind, largestError(found[i], values?.map(Math.fround), values), trial)
      })
    noteAll('order 1', actual.first, expected.first)
    noteAll('order 2', actual.second, expected.second)
  }
}

/** Smaller errors are those of the float64 reference, which rounds sums too. */
const float64Rounding = 1e-12

/** The largest difference as a part of that number's size, or of 1 if that is larger. */
const largestError = (actual: Values | undefined, exact: Values | undefined, sizes: Values | undefined): number => {
  if (actual === undefined || exact === undefined || actual.length !== exact.length) return Infinity
  const errors = Array.from(exact, (wanted, i) => {
    const got = actual[i] ?? NaN
    if (got === wanted || (Number.isNaN(got) && Number.isNaN(wanted))) return 0
    if (!Number.isFinite(got) || !Number.isFinite(wanted)) return Infinity
    const error = Math.abs(got - wanted) / Math.max(1, Math.abs(sizes?.[i] ?? NaN))
    return error < float64Rounding ? 0 : error
  })
  return Math.max(0, ...errors)
}
