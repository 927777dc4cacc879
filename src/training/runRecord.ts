/** A training run but for its tensors, as the text that a checkpoint has beside them. */
import type { KeyState } from '../tape/tape'
import type { Ended } from './fitSettings'
import type { Position } from './history'

export interface RunRecord {
  /** Of this record: another one is refused. */
  readonly version: 1
  readonly loss: number
  /** Updates that the optimiser has made. */
  readonly step: number
  /** By parameter and name of the running tensor: PyTorch's number is this times the one in the file. */
  readonly factors: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly keys: KeyState
  readonly position: Position
  readonly ended: Ended
  /** Whether there is a moving average. */
  readonly average: boolean
  /** The epoch of the best model, if one was kept. */
  readonly best?: number
}

/** JSON has no NaN and no infinity, and a loss may be one. */
export const recordText = (record: RunRecord): string =>
  JSON.stringify(record, (_, field: unknown) =>
    typeof field === 'number' && !Number.isFinite(field) ? { number: String(field) } : field
  )

/** The record of a text; undefined if it is none. */
export const recordOf = (text: string): RunRecord | undefined => {
  try {
    const record: unknown = JSON.parse(text, (_, field: unknown) =>
      isRecord(field) && typeof field['number'] === 'string' ? Number(field['number']) : field
    )
    return isRunRecord(record) ? record : undefined
  } catch {
    return undefined
  }
}

const isRunRecord = (value: unknown): value is RunRecord =>
  isRecord(value) &&
  value['version'] === 1 &&
  isNumber(value['loss']) &&
  isCount(value['step']) &&
  isRecordOf(value['factors'], (factors) => isRecordOf(factors, isNumber)) &&
  isRecord(value['keys']) &&
  isKey(value['keys']['key']) &&
  isCount(value['keys']['draws']) &&
  isPosition(value['position']) &&
  isEnded(value['ended']) &&
  typeof value['average'] === 'boolean' &&
  (value['best'] === undefined || isCount(value['best']))

const isPosition = (value: unknown): value is Position =>
  isRecord(value) &&
  Array.isArray(value['history']) &&
  value['history'].every(isEpoch) &&
  isCount(value['steps']) &&
  isCount(value['examples']) &&
  isNumber(value['total']) &&
  isNumber(value['seconds']) &&
  (value['key'] === undefined || isKey(value['key']))

const isEpoch = (value: unknown, index: number): boolean =>
  isRecord(value) &&
  value['epoch'] === index + 1 &&
  isNumber(value['loss']) &&
  isNumber(value['seconds']) &&
  isRecordOf(value['measures'], isNumber)

const isEnded = (value: unknown): value is Ended => {
  if (!isRecord(value)) return false
  const { _tag: tag, reason } = value
  return tag === 'Finished' || tag === 'Interrupted' || (tag === 'Stopped' && typeof reason === 'string')
}

const isKey = (value: unknown): boolean => isRecord(value) && isCount(value['high']) && isCount(value['low'])

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isRecordOf = (value: unknown, isItem: (item: unknown) => boolean): boolean =>
  isRecord(value) && Object.values(value).every(isItem)

const isNumber = (value: unknown): value is number => typeof value === 'number'

const isCount = (value: unknown): value is number => isNumber(value) && Number.isSafeInteger(value) && value >= 0
