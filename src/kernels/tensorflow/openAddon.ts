/** Starts TensorFlow: loads the addon and lets it prove itself by a computation. */
import { type Either, left, right } from 'fp-ts/Either'
import { products } from './attributes'
import { type Binding, dataType } from './binding'
import { prepareEnvironment } from './environment'

/** The addon of this file, once it has computed a product correctly; else why not. A broken library may end the process. */
export const openAddon = (file: string): Either<string, Binding> => {
  prepareEnvironment(process.env)
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- an addon has no other way in
    const binding = require(file) as Binding
    const wrong = miscomputed(binding)
    return wrong === undefined ? right(binding) : left(wrong)
  } catch (thrown) {
    return left(messageOf(thrown))
  }
}

/** [[1, 2], [3, 4]] by its transpose, whose sums no other order of the factors gives. */
const miscomputed = (binding: Binding): string | undefined => {
  const expected = [5, 11, 11, 25]
  const x = binding.createTensor([2, 2], dataType.float32, Float32Array.of(1, 2, 3, 4))
  const [product] = binding.executeOp('MatMul', products[1]!, [x, x], 1)
  if (product === undefined) return 'MatMul gave nothing'
  const found = Array.from(binding.tensorDataSync(product.id))
  for (const id of [x, product.id]) binding.deleteTensor(id)
  return found.join() === expected.join() ? undefined : `MatMul gave ${found.join()} for ${expected.join()}`
}

/** What was thrown may be of another realm, where `instanceof Error` is false. */
export const messageOf = (thrown: unknown): string =>
  typeof thrown === 'object' && thrown !== null && 'message' in thrown && typeof thrown.message === 'string'
    ? thrown.message
    : String(thrown)
