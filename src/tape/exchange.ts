import { left, mapLeft, right } from 'fp-ts/Either'
import { attempt, type Result } from '../error/result'
import { atPath } from '../error/tensorError'
import { isReleased } from '../kernels/tensor'
import { allOrNothing } from './allOrNothing'
import { pushLeaf } from './leaf'
import type { Primitive } from './primitive'
import { foreign, releasedError } from './record'
import { collectTensors, mapTensors } from './structure'
import { contextOf, type Tape, topOf, type Traced } from './tape'
import { isBelow, tensorOf, type Variable } from './variable'

/** What becomes of a leaf: one of this kind with the numbers of that variable; undefined: it stays. */
type Successor = (leaf: Variable) => { readonly kind: Primitive<unknown>; readonly numbers: Variable } | undefined

/** The value with its new leaves, and which they are. */
export interface Exchanged<A> {
  readonly value: A
  readonly leaves: ReadonlyMap<Variable, Variable>
}

/**
 * A plain value with other leaves for some of its own, under their paths. Each has a handle of its own on its numbers:
 * releasing the one value leaves the other whole.
 */
export const exchange = <A>(
  operation: string,
  tape: Tape,
  value: A,
  concerned: Primitive<unknown>,
  successor: Successor
): Result<Traced<Exchanged<A>>> => {
  const { kernels, path } = contextOf(tape)
  const leaves = [...collectTensors(value).variables].filter(({ primitive }) => primitive === concerned)
  const stranger = leaves.find((leaf) => !isBelow(topOf(tape), leaf))
  if (stranger !== undefined) return left(atPath(path)(foreign(operation, [stranger], stranger)))
  const exchanged = allOrNothing(tape, () =>
    attempt(operation, kernels, (): Result<Traced<Exchanged<A>>> => {
      let at = tape
      const next = new Map<Variable, Variable>()
      for (const leaf of leaves) {
        const follows = successor(leaf)
        if (follows === undefined) continue
        const tensor = tensorOf(follows.numbers)
        if (isReleased(tensor)) return left(releasedError(operation, [tensor]))
        const traced = pushLeaf(at, follows.kind, kernels.reshape(tensor, tensor.shape), leaf.path)
        at = traced.tape
        next.set(leaf, traced.value)
      }
      const changed = next.size === 0 ? value : mapTensors(value, { variable: (old) => next.get(old) ?? old })
      return right({ value: { value: changed, leaves: next }, tape: at })
    })
  )
  return mapLeft(atPath(path))(exchanged)
}
