/**
 * A user's program for spec/support/nodes.ts to run on each Node: an ES module beside the built package, for the kernel
 * sets that its arguments name. It throws where a number is wrong; whatever it writes to standard error is a failure too.
 */
import { type Either, isLeft, right } from 'fp-ts/lib/Either.js'
import {
  adam,
  backward,
  constant,
  gradientOf,
  type Kernels,
  linear,
  type Linear,
  linearForward,
  memory,
  mseLoss,
  mul,
  parameter,
  parameters,
  read,
  release,
  type Result,
  show,
  startTape,
  startTraining,
  sum,
  type Tape,
  tensorflowKernels,
  trace,
  type Traced,
  trainingStep,
  type Variable,
  wasmKernels
} from 'gradfold'

const makers: ReadonlyMap<string, () => Result<Kernels>> = new Map([
  ['wasm', () => right(wasmKernels())],
  ['tensorflow', () => tensorflowKernels()]
])

const valueOf = <A>(result: Either<{ readonly message: string }, A>): A => {
  if (isLeft(result)) throw new Error(result.left.message)
  return result.right
}

const expectEqual = (what: string, found: string, expected: string): void => {
  if (found !== expected) throw new Error(`${what} is ${found}, not ${expected}`)
}

/** Of the sum of squares: twice the numbers. */
const gradient = (kernels: Kernels): string => {
  const { tape, value } = valueOf(
    trace(startTape(kernels), function* (run) {
      const x = yield* run(parameter, [1, 2, 3])
      return { x, loss: yield* run(sum, yield* run(mul, x, x)) }
    })
  )
  return show(gradientOf(valueOf(backward(tape, value.loss)), value.x))
}

/** On y = x0 - 2 x1 + 0.5. */
const loss = (tape: Tape, layer: Linear): Result<Traced<Variable>> =>
  trace(tape, function* (run) {
    const x = yield* run(constant, [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1]
    ])
    const y = yield* run(constant, [[0.5], [1.5], [-1.5], [-0.5]])
    return yield* run(mseLoss, yield* run(linearForward, layer, x), y)
  })

/** What a linear layer has learnt after 300 steps. */
const learnt = (kernels: Kernels): string => {
  let state = startTraining(valueOf(linear(startTape(kernels, { seed: 7 }), 2, 1)))
  for (let i = 0; i < 300; i++) {
    const next = valueOf(trainingStep(state, adam({ learningRate: 0.1 }), loss))
    release(state.value, next.value)
    state = next
  }
  return parameters(state.value.model)
    .map(({ path, variable }) => `${path} ${Array.from(valueOf(read(variable)).values, (n) => n.toFixed(2)).join(' ')}`)
    .join(', ')
}

for (const name of process.argv.slice(2)) {
  const maker = makers.get(name)
  if (maker === undefined) throw new Error(`there are no kernels ${name}`)
  const kernels = valueOf(maker())
  expectEqual('the kernels', kernels.name, name)
  expectEqual('the gradient', gradient(kernels), '[2, 4, 6]')
  expectEqual('what was learnt', learnt(kernels), 'weight 1.00 -2.00, bias 0.50')
  kernels.allocations.releaseAll()
  expectEqual('the number of live tensors', String(memory(kernels).tensors), '0')
}
