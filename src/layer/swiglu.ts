import type { Result } from '../error/result'
import { silu } from '../function/silu'
import { mul } from '../operation/mul'
import { allOrNothing } from '../tape/allOrNothing'
import type { Tape, Traced } from '../tape/tape'
import { named, trace } from '../tape/trace'
import type { Variable } from '../tape/variable'
import { type Linear, linear, linearForward, type LinearSettings } from './linear'

/** y = down(silu(gate(x)) up(x)). */
export interface Swiglu {
  readonly _tag: 'Swiglu'
  readonly gate: Linear
  readonly up: Linear
  readonly down: Linear
}

/**
 * The gated feed-forward block of transformers, y = down(silu(gate(x)) * up(x)): linear layers gate and up from inFeatures to
 * hiddenFeatures and down to outFeatures, without biases unless `bias` is true. For as many numbers as a block of two linear
 * layers, hiddenFeatures is two thirds of that block's.
 *
 * InvalidArgument: features that are not whole numbers from 1 up, or an initialiser that cannot be drawn from.
 * Shazeer (2020), "GLU variants improve transformer".
 * @example
 * import { defaultKernels, parameters, startTape, swiglu } from 'gradfold'
 * import { isRight } from 'fp-ts/Either'
 * const layer = swiglu(startTape(defaultKernels()), 8, 16, 8)
 * if (isRight(layer)) console.log(parameters(layer.right.value).map(({ path }) => path))
 * // => ['gate.weight', 'up.weight', 'down.weight']
 */
export const swiglu = (
  tape: Tape,
  inFeatures: number,
  hiddenFeatures: number,
  outFeatures: number,
  { bias = false, ...settings }: LinearSettings = {}
): Result<Traced<Swiglu>> => {
  const part = (at: Tape, name: string, from: number, to: number): Result<Traced<Linear>> =>
    named(at, name, (below) => linear(below, from, to, { bias, ...settings }))
  return allOrNothing(tape, () =>
    trace(tape, function* (run) {
      const gate = yield* run(part, 'gate', inFeatures, hiddenFeatures)
      const up = yield* run(part, 'up', inFeatures, hiddenFeatures)
      const down = yield* run(part, 'down', hiddenFeatures, outFeatures)
      return { _tag: 'Swiglu', gate, up, down } satisfies Swiglu
    })
  )
}

/**
 * down(silu(gate(x)) * up(x)) for x `[..., inFeatures]`; y is `[..., outFeatures]`.
 *
 * Errors: ShapeMismatch, DtypeError, with "gate", "up" or "down" in their path.
 * @example
 * import { defaultKernels, startTape, swiglu, swigluForward, trace, uniform } from 'gradfold'
 * trace(startTape(defaultKernels()), function* (run) {
 *   const y = yield* run(swigluForward, yield* run(swiglu, 4, 6, 4), yield* run(uniform, [8, 4]))
 *   console.log(y.shape) // => [8, 4]
 * })
 */
export const swigluForward = (tape: Tape, layer: Swiglu, x: Variable): Result<Traced<Variable>> => {
  const part = (at: Tape, name: 'gate' | 'up' | 'down', y: Variable): Result<Traced<Variable>> =>
    named(at, name, (below) => linearForward(below, layer[name], y))
  return allOrNothing(tape, () =>
    trace(tape, function* (run) {
      const gate = yield* run(silu, yield* run(part, 'gate', x))
      return yield* run(part, 'down', yield* run(mul, gate, yield* run(part, 'up', x)))
    })
  )
}
