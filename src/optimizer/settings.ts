/** Checks that settings are in their ranges. */
import { left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { invalidArgument, type TensorError } from '../error/tensorError'

export const refuse = (error: TensorError): Result<never> => left(error)

/** Which numbers a setting may be. */
export interface Range {
  /** The least, itself allowed unless `open`. */
  readonly low: number
  readonly open?: boolean
  /** The end, not allowed itself. Any finite number if neither this nor `upTo` is there. */
  readonly below?: number
  /** The largest, allowed itself; it may be Infinity. */
  readonly upTo?: number
  readonly whole?: boolean
  /** Completes "... is usual". */
  readonly usual: string
}

/** What several optimisers and schedules have. */
export const ranges = {
  learningRate: { low: 0, usual: '0.001 for Adam and RMSprop, 0.01 to 0.1 for sgd,' },
  weightDecay: { low: 0, usual: '0, or 1e-5 to 1e-2,' },
  eps: { low: 0, usual: '1e-8' },
  momentum: { low: 0, below: 1, usual: '0, or 0.9,' }
} as const satisfies Readonly<Record<string, Range>>

/** The first of these settings that is not in its range is an InvalidArgument. */
export const inRanges = <K extends string>(
  operation: string,
  values: Readonly<Record<NoInfer<K>, number>>,
  allowed: Readonly<Record<K, Range>>
): Result<unknown> => {
  for (const argument in allowed) {
    const value = values[argument]
    const range = allowed[argument]
    if (isIn(range, value)) continue
    const text = `${operation} needs ${argument} ${rangeText(range)}, not ${value}: ${range.usual} is usual.`
    return refuse(invalidArgument(operation, argument, value, text))
  }
  return right(undefined)
}

const isIn = ({ low, open = false, below = Infinity, upTo, whole = false }: Range, value: number): boolean =>
  (open ? value > low : value >= low) &&
  (upTo === undefined ? value < below : value <= upTo) &&
  (!whole || Number.isSafeInteger(value))

const rangeText = ({ low, open = false, below, upTo, whole = false }: Range): string => {
  const start = `${whole ? 'to be a whole number ' : ''}${open ? 'above' : 'from'} ${low}`
  if (below !== undefined) return `${start} to below ${below}`
  if (upTo === Infinity) return `${start} ${open ? '(Infinity too)' : 'up (Infinity too)'}`
  if (upTo !== undefined) return `${start} to ${upTo}`
  return open ? `${start} and finite` : `${start} up and finite`
}

/** The setting is one of these words. */
export const isOneOf = (
  operation: string,
  argument: string,
  value: string,
  words: ReadonlyArray<string>
): Result<unknown> => {
  if (words.includes(value)) return right(undefined)
  const text = `${operation} needs ${argument} to be ${words.map((word) => `'${word}'`).join(' or ')}, not ${value}.`
  return refuse(invalidArgument(operation, argument, value, text))
}
