import { left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { invalidArgument } from '../error/tensorError'

/** InvalidArgument for the first of these that is not a whole number from 1 up; `why` says what they count. */
export const checkSizes = (operation: string, sizes: Readonly<Record<string, number>>, why: string): Result<void> => {
  for (const [argument, value] of Object.entries(sizes)) {
    if (!Number.isSafeInteger(value) || value < 1) {
      const text = `${operation} needs ${argument} to be a whole number from 1 up, not ${String(value)}: ${why}.`
      return left(invalidArgument(operation, argument, value, text))
    }
  }
  return right(undefined)
}
