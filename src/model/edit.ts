import { enableMapSet, produce } from 'immer'
import type { Tensor } from '../kernels/tensor'
import type { Variable } from '../tape/variable'

/** Writable to any depth, but for variables and tensors: they are exchanged as a whole (immer's own Draft opens them). */
export type Draft<T> = T extends Variable | Tensor | ((...values: never) => unknown)
  ? T
  : T extends ReadonlyMap<infer K, infer V>
    ? Map<K, Draft<V>>
    : T extends ReadonlySet<infer V>
      ? Set<Draft<V>>
      : { -readonly [K in keyof T]: Draft<T[K]> }

/**
 * A copy of a model, or of any record of settings, changed by a recipe that writes into a draft (immer). What the recipe
 * does not touch is shared; the original stays as it is. Variables are opaque to it.
 * @example
 * import { activation, edit, sequential, startTape, wasmKernels } from 'gradfold'
 * import { isRight } from 'fp-ts/Either'
 * const model = sequential(startTape(wasmKernels()), activation('relu'))
 * if (isRight(model)) {
 *   const smooth = edit(model.right.value, (draft) => {
 *     draft.layers[0].activation = 'tanh'
 *   })
 *   console.log(smooth.layers[0].activation) // => tanh
 * }
 */
export function edit<M>(model: M, recipe: (draft: Draft<M>) => void): M
export function edit(model: unknown, recipe: (draft: unknown) => void): unknown {
  // Models may be maps and sets, which immer leaves out unless told; telling it twice changes nothing.
  enableMapSet()
  return produce(model, (draft: unknown) => {
    recipe(draft)
  })
}
