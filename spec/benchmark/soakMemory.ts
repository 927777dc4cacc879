/**
 * `npm run soak:memory`: the WebAssembly kernels with all of the 4 GiB that their memory can have. It is filled with tensors
 * until there is no room, then looked at: the refusal is a KernelError, nothing is lost, numbers above 2 GiB are as right as
 * those below, the tape goes on, and what is released is used again. Needs 5 GiB of the machine's memory. Status 1 and the
 * reasons if something is not so.
 */
import { freemem } from 'node:os'
import { isLeft } from 'fp-ts/Either'
import {
  adam,
  constant,
  fill,
  forward,
  linear,
  matmul,
  memory,
  mseLoss,
  parameters,
  read,
  referenceKernels,
  release,
  scope,
  show,
  startTape,
  startTraining,
  sum,
  type Tape,
  trace,
  trainingStep,
  uniform,
  type Variable,
  wasmKernels
} from 'gradfold'
import { rightOf } from '../support/results'

const MEBIBYTE = 1048576
const NEEDED = 5 * 1024 * MEBIBYTE
/** What docs/kernels.md promises; the rest of the 4 GiB is the kernels' own. */
const PROMISED = 3.7 * 1024 * MEBIBYTE
/** Sizes of the tensors that fill the memory, in bytes: each until there is no room for one more. */
const SIZES = [64 * MEBIBYTE, 4 * MEBIBYTE, 256 * 1024, 16 * 1024, 1024]
/** Of the tensor that is made in the end, of room that was given back. */
const LARGE = 1.75 * 1024 * MEBIBYTE
const FEATURES = 256

const reasons: string[] = []
const check = (holds: boolean, what: string): void => {
  console.log(`${holds ? 'yes' : 'NO '}  ${what}`)
  if (!holds) reasons.push(what)
}
const gibibytes = (bytes: number): string => `${(bytes / 1024 / MEBIBYTE).toFixed(2)} GiB`

if (freemem() < NEEDED) console.log(`The machine has ${gibibytes(freemem())} free, less than ${gibibytes(NEEDED)}.`)

const kernels = wasmKernels()
const began = performance.now()
const layer = rightOf(linear(startTape(kernels, { seed: 7 }), FEATURES, FEATURES))
const state = startTraining(layer)
const numbersOf = (model: unknown): string =>
  parameters(model)
    .map(({ variable }) => rightOf(read(variable)).values.join())
    .join(';')
const step = () =>
  trainingStep(state, adam(), (tape, model) =>
    trace(tape, function* (run) {
      const x = yield* run(uniform, [FEATURES, FEATURES])
      return yield* run(mseLoss, yield* run(forward, model, x), x)
    })
  )
const resultOf = (next: ReturnType<typeof step>): string => {
  const { value } = rightOf(next)
  const numbers = `${value.loss};${numbersOf(value.model)}`
  release(value, state.value)
  return numbers
}
const expected = resultOf(step())
const initial = numbersOf(state.value.model)

// Fill it, on one tape: as a program does that forgets its scopes.
let tape: Tape = state.tape
const blocks: { readonly variable: Variable; readonly value: number }[] = []
const errors: string[] = []
for (const bytes of SIZES) {
  for (;;) {
    const value = blocks.length + 1
    const block = fill(tape, [bytes / 4], value)
    if (isLeft(block)) {
      const { _tag, message } = block.left
      if (_tag !== 'KernelError' || block.left.reason !== 'outOfMemory') errors.push(show(block.left))
      else if (bytes === SIZES[0]) console.log(`     ${message}`)
      break
    }
    tape = block.right.tape
    blocks.push({ variable: block.right.value, value })
  }
}
const full = memory(kernels)
console.log(
  `     ${gibibytes(full.bytes)} in ${full.tensors} tensors, ${gibibytes(kernels.reserved?.() ?? NaN)} reserved`
)
check(errors.length === 0, `each refusal is a KernelError, outOfMemory ${errors.join()}`)
check(full.bytes >= PROMISED, `tensors take ${gibibytes(PROMISED)} or more`)

const failed = step()
check(isLeft(failed) && failed.left._tag === 'KernelError', 'a training step has no room, and says so')
check(memory(kernels).tensors === full.tensors, 'it leaves nothing behind')
check(numbersOf(state.value.model) === initial, 'the state is as it was, to the bit')
const isWhole = ({ variable, value }: (typeof blocks)[number]): boolean =>
  rightOf(read(variable)).values.every((number) => number === value)
check(blocks.every(isWhole), 'so are all tensors that fill the memory')

// The newest of the large ones lies at the upper end.
const high = blocks.filter(({ variable }) => variable.shape[0] === SIZES[0]! / 4).slice(-4)
for (const { variable } of high) release(variable)
check(resultOf(step()) === expected, 'once four are released, the step gives what it would have given')
const product = (start: Tape): string =>
  rightOf(
    scope(start, (inner) =>
      trace(inner, function* (run) {
        const values = Float32Array.from({ length: FEATURES * FEATURES }, (_, i) => (i % 7) - 3)
        const x = yield* run(constant, { shape: [FEATURES, FEATURES], values })
        const y = yield* run(matmul, x, x, { transposeY: true })
        return Array.from(rightOf(read(yield* run(sum, y, { axis: 0 }))).values).join()
      })
    )
  ).value
check(product(tape) === product(startTape(referenceKernels())), 'a product of whole numbers up there is exact')

for (const { variable } of blocks) release(variable)
release(state.value)
kernels.allocations.releaseAll()
const reserved = kernels.reserved?.()
check(memory(kernels).tensors === 0 && memory(kernels).bytes === 0, 'once all is released, nothing is live')
const again = rightOf(fill(startTape(kernels), [LARGE / 4], 1))
check(rightOf(read(again.value)).values.at(-1) === 1, `${gibibytes(LARGE)} in one piece can be had`)
check(kernels.reserved?.() === reserved, 'without more memory from the system')
console.log(`\n${((performance.now() - began) / 1000).toFixed(1)} s`)
if (reasons.length > 0) {
  console.error(`not so:\n${reasons.join('\n')}`)
  process.exitCode = 1
}
