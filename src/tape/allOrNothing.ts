import { isLeft } from 'fp-ts/Either'
import type { Result } from '../error/result'
import type { Tape } from './tape'

/**
 * For what records several entries but is one operation to its user: of a Left nothing stays, the tensors that `body`
 * made on the tape's kernels are released. (Entries need no undoing: nobody has the tapes that hold them.)
 */
export const allOrNothing = <A>({ kernels: { allocations } }: Tape, body: () => Result<A>): Result<A> => {
  const mark = allocations.mark()
  const result = body()
  if (isLeft(result)) allocations.releaseUnclaimed(mark)
  return result
}
