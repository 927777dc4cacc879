import type { Result } from '../error/result'
import { exchange, type Exchanged } from '../tape/exchange'
import { frozenPrimitive, parameterPrimitive } from '../tape/leaf'
import type { Tape, Traced } from '../tape/tape'
import { map } from '../tape/trace'

/**
 * A model, or any part of one, whose parameters training leaves alone: no gradient is computed for them, and no update
 * wants one. They stay part of the model's state (`stateOf`) and of its files. What is handed in stays as it is.
 *
 * Errors: ForeignVariable, Released, KernelError.
 * @example
 * import { freeze, linear, parameterCount, startTape, trace, wasmKernels } from 'gradfold'
 * trace(startTape(wasmKernels()), function* (run) {
 *   const model = { encoder: yield* run(linear, 4, 3), head: yield* run(linear, 3, 2) }
 *   const tuned = { ...model, encoder: yield* run(freeze, model.encoder) }
 *   console.log(parameterCount(model), parameterCount(tuned)) // => 23 8
 * })
 */
export const freeze = <M>(tape: Tape, part: M): Result<Traced<M>> =>
  valueOf(exchange('freeze', tape, part, parameterPrimitive, (numbers) => ({ kind: frozenPrimitive, numbers })))

/**
 * Undoes `freeze`: parameters again.
 *
 * Errors: ForeignVariable, Released, KernelError.
 * @example
 * import { freeze, linear, parameterCount, startTape, trace, unfreeze, wasmKernels } from 'gradfold'
 * trace(startTape(wasmKernels()), function* (run) {
 *   const frozen = yield* run(freeze, yield* run(linear, 4, 3))
 *   console.log(parameterCount(yield* run(unfreeze, frozen))) // => 15
 * })
 */
export const unfreeze = <M>(tape: Tape, part: M): Result<Traced<M>> =>
  valueOf(exchange('unfreeze', tape, part, frozenPrimitive, (numbers) => ({ kind: parameterPrimitive, numbers })))

const valueOf = <M>(exchanged: Result<Traced<Exchanged<M>>>): Result<Traced<M>> =>
  map(({ value }: Exchanged<M>) => value)(exchanged)
