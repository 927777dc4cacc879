/**
 * (a) What recording and folding cost besides the arithmetic: a chain of tiny operations, y = y + x or y = tanh(y) on
 * [4, 4], and the gradient of its sum with respect to x.
 */
import { isLeft } from 'fp-ts/Either'
import {
  add,
  backward,
  type Kernels,
  lift,
  parameter,
  read,
  type Result,
  scope,
  startTape,
  sum,
  tanh,
  type Tape,
  type Traced,
  type Variable
} from 'gradfold'
import { rightOf } from '../support/results'
import { type Contestant, liveOf } from './contestant'

export type ChainOperation = 'add' | 'tanh'

/** One chain, once: milliseconds, and the gradient's first number. */
export interface ChainRun {
  readonly record: number
  readonly fold: number
  readonly release: number
  readonly gradient: number
}

export type ChainContestant = Contestant<number, ChainRun>

export const SHAPE = [4, 4]
export const start = (): Float32Array => new Float32Array(16).fill(0.5)

/** ds/dx: N + 1 of additions, the product of 1 - y^2 of tanh. */
export const expectedGradient = (operation: ChainOperation, entries: number): number => {
  if (operation === 'add') return entries + 1
  let y = 0.5
  let product = 1
  for (let i = 0; i < entries; i++) {
    y = Math.tanh(y)
    product *= 1 - y * y
  }
  return product
}

/** As a user writes it: no kernels, no release; the scope gives everything back. */
export const chainOnTape = (operation: ChainOperation, kernels: Kernels): ChainContestant => ({
  name: 'gradfold',
  live: liveOf(kernels),
  run: (entries) => {
    const began = performance.now()
    let recorded = 0
    let folded = 0
    const result = scope(startTape(kernels), (inner) => {
      const chain = recordChain(inner, operation, entries)
      if (isLeft(chain)) return chain
      recorded = performance.now()
      const { tape, value } = chain.right
      const gradients = backward(tape, value.total)
      if (isLeft(gradients)) return gradients
      const values = read(gradients.right.get(value.x)!)
      folded = performance.now()
      return lift(tape, values)
    })
    const ended = performance.now()
    const gradient = rightOf(result).value.values[0]!
    return { record: recorded - began, fold: folded - recorded, release: ended - folded, gradient }
  }
})

interface Chain {
  readonly x: Variable
  readonly total: Variable
}

export const recordChain = (tape: Tape, operation: ChainOperation, entries: number): Result<Traced<Chain>> => {
  const x = parameter(tape, { shape: SHAPE, values: start() })
  if (isLeft(x)) return x
  let y = x.right
  for (let i = 0; i < entries; i++) {
    const next = operation === 'add' ? add(y.tape, y.value, x.right.value) : tanh(y.tape, y.value)
    if (isLeft(next)) return next
    y = next.right
  }
  const total = sum(y.tape, y.value)
  if (isLeft(total)) return total
  return { _tag: 'Right', right: { value: { x: x.right.value, total: total.right.value }, tape: total.right.tape } }
}
