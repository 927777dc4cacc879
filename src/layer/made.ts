import type { Result } from '../error/result'
import { allOrNothing } from '../tape/allOrNothing'
import type { Tape, Traced } from '../tape/tape'
import { named, of, traverse } from '../tape/trace'
import type { Layer, Maker } from './layer'

/** A layer, or what makes one. */
export type Element = Layer | Maker

/** The layer that an element becomes. */
export type Made<E> = E extends Layer ? E : E extends Maker<infer L> ? L : never

/** The layers that a list of elements becomes. */
export type MadeAll<E> = E extends ReadonlyArray<Element> ? { readonly [K in keyof E]: Made<E[K]> } : never

/** A layer as it is; what makes one is called under this name. */
export const make = (tape: Tape, name: string, element: Element): Result<Traced<Layer>> =>
  typeof element === 'function' ? named(tape, name, element) : of(tape, element)

/** All of them, on one tape, each named by its place; of a failure none stays. */
export const makeAll = (tape: Tape, elements: ReadonlyArray<Element>): Result<Traced<ReadonlyArray<Layer>>> =>
  allOrNothing(tape, () =>
    traverse<Element, Layer>(tape, elements, (at, element, index) => make(at, `${index}`, element))
  )
