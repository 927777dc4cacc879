import type { Operations } from '../kernels/operations'
import type { At } from '../tape/primitive'
import { scalar } from './cotangent'

/** What one side of maximum or minimum gets of the upstream gradient: 0 where it lost, half where both are equal. */
export const winnerShare = <T>(operations: Operations<T>, upstream: T, lost: T, at: At<T>): T => {
  const half = operations.mul(upstream, scalar(operations, 0.5))
  const tied = operations.equal(at.input(0), at.input(1))
  return operations.select(lost, scalar(operations, 0), operations.select(tied, half, upstream))
}
