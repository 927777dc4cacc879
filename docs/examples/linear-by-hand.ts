/**
 * A linear layer's gradients, by hand and by `backward`: with Z = A W^T + 1 b^T
 *   dL/dA = dL/dZ W,  dL/dW = (dL/dZ)^T A,  dL/db = (dL/dZ)^T 1,
 * and dZ/db, which has three axes for a batch. Run it: `npx tsx docs/examples/linear-by-hand.ts`.
 */
import { isLeft, isRight } from 'fp-ts/Either'
import {
  backward,
  constant,
  defaultKernels,
  fill,
  gradientOf,
  jacobian,
  lift,
  linear,
  linearForward,
  matmul,
  show,
  startTape,
  trace,
  zeros
} from 'gradfold'

const result = trace(startTape(defaultKernels(), { seed: 7 }), function* (run) {
  const layer = yield* run(linear, 4, 3)
  const a = yield* run(constant, [
    [1, -2, 3, 0.5],
    [0, 1, -1, 2]
  ]) // [2, 4]: a batch of two
  const z = yield* run(linearForward, layer, a) // [2, 3]
  const dz = yield* run(constant, [
    [1, 0.5, -1],
    [2, -0.5, 0]
  ]) // what the rest of a network would hand down

  // By backward. a is data, so its gradient must be asked for.
  const gradients = yield* run((tape) => lift(tape, backward(tape, z, { upstream: dz, keep: [a] })))

  // By hand.
  const ones = yield* run(fill, [2, 1], 1)
  const da = yield* run(matmul, dz, layer.weight)
  const dw = yield* run(matmul, dz, a, { transposeX: true })
  const db = yield* run(matmul, dz, ones, { transposeX: true }) // [3, 1]

  // Every number of Z by every number of b: [2, 3, 3], an identity for each example.
  const dzdb = layer.bias && (yield* run((tape) => lift(tape, jacobian(tape, z, layer.bias ?? z))))

  // Weights are [out, in]; a layer may begin with zeros, and then hands nothing down.
  const fresh = yield* run(linear, 4, 3, { init: zeros })
  return { layer, a, gradients, da, dw, db, dzdb, fresh }
})

if (isLeft(result)) console.error(show(result.left))
if (isRight(result)) {
  const { layer, a, gradients, da, dw, db, dzdb, fresh } = result.right.value
  console.log('dL/dA by hand   ', show(da))
  console.log('dL/dA backward  ', show(gradientOf(gradients, a)))
  console.log('dL/dW by hand   ', show(dw))
  console.log('dL/dW backward  ', show(gradientOf(gradients, layer.weight)))
  console.log('dL/db by hand   ', show(db))
  if (layer.bias) console.log('dL/db backward  ', show(gradientOf(gradients, layer.bias)))
  console.log('fresh W         ', show(fresh.weight))
  if (dzdb) console.log('dZ/db           ', show(dzdb))
}
