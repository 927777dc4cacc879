/** The addon of @tensorflow/tfjs-node-gpu as it is, for what is written out by hand on it: TensorFlow's operations. */
import { dirname, join } from 'node:path'

const PACKAGE = '@tensorflow/tfjs-node-gpu'

/** An attribute of an operation. */
export interface Attribute {
  readonly name: string
  readonly type: number
  readonly value: boolean | number | string
}

/** Tensors are numbers, which the caller deletes. */
export interface Addon {
  readonly TF_FLOAT: number
  readonly TF_INT32: number
  readonly TF_ATTR_BOOL: number
  readonly TF_ATTR_TYPE: number
  readonly TF_ATTR_STRING: number
  createTensor(shape: ReadonlyArray<number>, type: number, values: Float32Array | Int32Array): number
  deleteTensor(id: number): void
  tensorDataSync(id: number): ArrayLike<number>
  executeOp(
    operation: string,
    attributes: ReadonlyArray<Attribute>,
    inputs: ReadonlyArray<number>,
    outputs: number
  ): ReadonlyArray<{ readonly id: number }>
}

/** The one that gradfold has started: Node gives the same object again. */
export const openAddon = (): Addon => {
  const folder = dirname(require.resolve(`${PACKAGE}/package.json`))
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an addon has no other way in
  return require(join(folder, 'lib/napi-v8/tfjs_binding.node')) as Addon
}
