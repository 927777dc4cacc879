/** The texts of firstNonFinite: the cause that fits, the place where there is one, and no list that nobody reads. */
import { isSome } from 'fp-ts/Option'
import {
  add,
  backward,
  constant,
  div,
  exp,
  fill,
  firstNonFinite,
  type Gradients,
  gradient,
  log,
  mean,
  mul,
  parameter,
  release,
  sqrt,
  square,
  sub,
  sum,
  type Tape,
  trace,
  type Variable,
  wasmKernels
} from 'gradfold'
import { onTape } from '../support/leaks'
import { leftOf, rightOf } from '../support/results'

const messageOn = (tape: Tape, gradients?: Gradients): string => {
  const found = rightOf(firstNonFinite(tape, gradients))
  if (!isSome(found)) throw new Error('all is finite')
  return found.value.message
}

type Body = Parameters<typeof trace<Variable>>[1]

/** What is said of a run, forward. */
const forward = (body: Body): string => onTape(wasmKernels(), (start) => messageOn(rightOf(trace(start, body)).tape))

/** What is said of the gradients of its parameters. */
const behind = (body: Body): string =>
  onTape(wasmKernels(), (start) => {
    const { tape, value } = rightOf(trace(start, body))
    return messageOn(tape, rightOf(backward(tape, value)))
  })

describe('forward', () => {
  it.each<readonly [string, Body, RegExp]>([
    [
      'log',
      function* (run) {
        return yield* run(log, yield* run(constant, [1, 0]))
      },
      /at \[1\], the log of 0\. The log of 0 is -Infinity/
    ],
    [
      'sqrt',
      function* (run) {
        return yield* run(sqrt, yield* run(constant, -1))
      },
      /NaN, the sqrt of -1\. The root of a negative/
    ],
    [
      'div',
      function* (run) {
        return yield* run(div, yield* run(constant, 1), 0)
      },
      /the div of 1 and 0\. 0 \/ 0 is NaN/
    ],
    [
      'exp',
      function* (run) {
        return yield* run(exp, yield* run(constant, 100))
      },
      /the exp of 100\. Beyond 88\.7/
    ],
    [
      'mul',
      function* (run) {
        return yield* run(mul, yield* run(constant, 1e30), 1e30)
      },
      /It overflowed/
    ],
    [
      'mean of nothing',
      function* (run) {
        return yield* run(mean, yield* run(constant, { shape: [0], values: [] }))
      },
      /holds NaN\. The mean of nothing/
    ],
    [
      'sum',
      function* (run) {
        return yield* run(sum, yield* run(constant, [3e38, 3e38]))
      },
      /holds Infinity\. It overflowed/
    ]
  ])('of %s', (_, body, text) => {
    expect(forward(body)).toMatch(text)
  })

  it('of an operand that was released says nothing', () => {
    onTape(wasmKernels(), (start) => {
      const { tape, value } = rightOf(
        trace(start, function* (run) {
          const x = yield* run(constant, 1e30)
          yield* run(mul, x, 1e30)
          return x
        })
      )
      release(value)
      expect(messageOn(tape)).toMatch(/holds Infinity\. Some of what it was computed from was released/)
    })
  })
})

describe('what was given', () => {
  it('is said to be', () => {
    const ofFill = forward(function* (run) {
      return yield* run((at: Tape) => fill(at, [], Infinity))
    })
    expect(ofFill).toContain('That number was given.')
    const ofParameter = forward(function* (run) {
      return yield* run(parameter, NaN)
    })
    expect(ofParameter).toContain('It was made or updated to it')
  })
})

describe('backward', () => {
  it('suspects no entry of its own gradient, and tells no number that was released', () => {
    onTape(wasmKernels(), (start) => {
      const { tape, value } = rightOf(
        trace(start, function* (run) {
          const root = yield* run(sqrt, yield* run(parameter, 4))
          yield* run(square, root)
          return root
        })
      )
      const gradients = new Map([[value, tape.kernels.fill([], NaN, 'float32')]])
      expect(messageOn(tape, gradients)).toMatch(/is NaN, where the entry holds 2\. .* as \{ keep \}\. It overflowed/)
      release(value)
      expect(messageOn(tape, gradients)).toContain('is NaN. The numbers')
    })
  })

  it('names the slope of log, and of div', () => {
    const ofLog = behind(function* (run) {
      const x = yield* run(parameter, 1e-39)
      return yield* run(sum, yield* run(log, x))
    })
    expect(ofLog).toMatch(/The gradient of entry 0 \(parameter\) is Infinity, where the entry holds 1\.0000002/)
    expect(ofLog).toMatch(/to see which, hand backward .* Likely: entry 1 \(log\)\. The slope of log/)
    const ofDiv = behind(function* (run) {
      const x = yield* run(parameter, 1e-20)
      return yield* run(div, 1, x)
    })
    expect(ofDiv).toContain('The slopes of x / y')
  })

  it('says that it overflowed where no slope is known for it', () => {
    const text = behind(function* (run) {
      const x = yield* run(parameter, 0)
      return yield* run(mul, yield* run(mul, x, 1e30), 1e30)
    })
    expect(text).toMatch(/as \{ keep \}\. It overflowed/)
    expect(text).not.toContain('Likely')
  })

  it('lists three suspects at most, and none that came before', () => {
    const text = behind(function* (run) {
      yield* run(sqrt, yield* run(constant, 4))
      const x = yield* run(parameter, 0)
      let y = yield* run(sqrt, x)
      for (let i = 0; i < 3; i++) y = yield* run(sqrt, yield* run(add, y, 1))
      return y
    })
    expect(text).toMatch(
      /Likely: entry 3 \(sqrt\) or entry 6 \(sqrt\) or entry 9 \(sqrt\) or others\. The slope of sqrt/
    )
    const three = behind(function* (run) {
      const x = yield* run(parameter, 0)
      let y = yield* run(sqrt, x)
      for (let i = 0; i < 2; i++) y = yield* run(sqrt, yield* run(add, y, 1))
      return y
    })
    expect(three).toMatch(/Likely: entry 1 \(sqrt\) or entry 4 \(sqrt\) or entry 7 \(sqrt\)\. /)
  })

  it('names the derivative that made it, whichever of its users has a known cause', () => {
    onTape(wasmKernels(), (start) => {
      const { tape, value } = rightOf(
        trace(start, function* (run) {
          const x = yield* run(parameter, 0)
          const [twice, root] = [yield* run(square, x), yield* run(sqrt, x)]
          return { twice, root, loss: yield* run(sub, twice, root) }
        })
      )
      const gradients = rightOf(backward(tape, value.loss, { keep: [value.twice, value.root] }))
      expect(messageOn(tape, gradients)).toMatch(
        /of entry 1 \(square\) or entry 2 \(sqrt\) made it\. The slope of sqrt/
      )
    })
  })
})

describe('an error in a recorded derivative', () => {
  it('says of which entry it was', () => {
    onTape(wasmKernels(), (start) => {
      const { tape, value } = rightOf(
        trace(start, function* (run) {
          const x = yield* run(parameter, [1, 2])
          const y = yield* run(square, x)
          return { x, y, loss: yield* run(sum, yield* run(square, y)) }
        })
      )
      release(value.y)
      expect(leftOf(gradient(tape, value.loss, value.x)).message).toMatch(/^In the derivative of square, entry 2: /)
    })
  })
})
