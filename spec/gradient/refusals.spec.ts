/** What backward, gradient and jacobian refuse: each leaves tensors and tape as they were. */
import {
  add,
  backward,
  cast,
  constant,
  gradient,
  jacobian,
  mul,
  parameter,
  referenceKernels,
  release,
  type Result,
  type Run,
  startTape,
  sum,
  type Tape,
  tanh,
  trace,
  type Variable
} from 'gradfold'
import { onTape } from '../support/leaks'
import { refused } from '../support/refused'
import { rightOf } from '../support/results'

const program = function* (run: Run) {
  const x = yield* run(parameter, [[1, 2]], { name: 'x' })
  const other = yield* run(parameter, [3, 4], { name: 'other' })
  const product = yield* run(mul, x, x)
  const shifted = yield* run(add, product, 1)
  const rows = yield* run(tanh, shifted)
  const whole = yield* run(cast, x, 'int32')
  return { x, other, product, shifted, rows, whole, loss: yield* run(sum, rows) }
}

type Values = ReturnType<typeof program> extends Generator<unknown, infer A> ? A : never

const onProgram = (body: (tape: Tape, values: Values, start: Tape) => void): void =>
  onTape(referenceKernels(), (start) => {
    const { tape, value } = rightOf(trace(start, program))
    body(tape, value, start)
  })

type Derive = (tape: Tape, loss: Variable, x: Variable, upstream?: Variable) => Result<unknown>

const both: ReadonlyArray<readonly [string, Derive]> = [
  ['backward', (tape, loss, _, upstream) => backward(tape, loss, upstream && { upstream })],
  ['gradient', (tape, loss, x, upstream) => gradient(tape, loss, x, upstream && { upstream })]
]
const all: ReadonlyArray<readonly [string, Derive]> = [...both, ['jacobian', jacobian]]

describe.each(both)('%s', (operation, derive) => {
  it('refuses a loss of several numbers, or of none, without an upstream gradient', () => {
    onProgram((tape, { rows, x }) => {
      const error = refused(tape, (at) => derive(at, rows, x))
      expect(error).toMatchObject({ _tag: 'NotScalar', operation, shape: [1, 2] })
      expect(error.message).toMatch(
        /starts from one number.*reduce it with mean or sum, or pass .* as \{ upstream \}\.$/
      )
      const none = rightOf(constant(tape, []))
      expect(refused(none.tape, (at) => derive(at, none.value, x))).toMatchObject({ _tag: 'NotScalar', shape: [0] })
    })
  })

  it('refuses an upstream gradient of another shape, of another dtype, or of another tape', () => {
    onProgram((made, { rows, x, whole, other }) => {
      const shape = refused(made, (at) => derive(at, rows, x, other))
      expect(shape).toMatchObject({ _tag: 'ShapeMismatch', operation, shapes: [[2], [1, 2]] })
      expect(shape.message).toMatch(/must have the loss' shape, but they are \[2\] and \[1, 2\]\.$/)
      const dtype = refused(made, (at) => derive(at, rows, x, whole))
      expect(dtype).toMatchObject({ _tag: 'DtypeError', operation, dtypes: ['int32'] })
      expect(dtype.message).toMatch(/must be float32, not int32: convert it with cast/)
      const { value: stranger } = rightOf(constant(startTape(made.kernels), [[1, 1]]))
      const foreign = refused(made, (at) => derive(at, rows, x, stranger))
      expect(foreign).toMatchObject({ _tag: 'ForeignVariable', operation, shapes: [[1, 2]] })
    })
  })

  it('finds a saved tensor that was released', () => {
    onProgram((tape, { loss, rows, shifted, x }) => {
      // add saves nothing, so that nobody misses its result; tanh saves its own.
      release(shifted)
      expect(rightOf(derive(tape, loss, x))).toBeDefined()
      release(rows)
      const error = refused(tape, (at) => derive(at, loss, x))
      expect(error).toMatchObject({ _tag: 'Released', shapes: [[1, 2]] })
      expect(error.message).toMatch(/Read it before, or return it from the scope to keep it\.$/)
    })
  })
})

describe.each(all)('%s', (operation, derive) => {
  it('refuses a loss of whole numbers', () => {
    onProgram((tape, { whole, x }) => {
      const error = refused(tape, (at) => derive(at, whole, x))
      expect(error).toMatchObject({ _tag: 'DtypeError', operation, dtypes: ['int32'] })
      expect(error.message).toMatch(/no gradient flows through whole numbers\. Cast earlier\.$/)
    })
  })

  it('refuses a loss of another branch, and one that is not there yet', () => {
    onProgram((tape, { loss, x, rows }, start) => {
      const branch = rightOf(sum(tape, rows))
      const other = rightOf(add(tape, loss, 1))
      for (const at of [other.tape, start]) {
        const error = refused(at, (same) => derive(same, branch.value, x))
        expect(error).toMatchObject({ _tag: 'ForeignVariable', operation, shapes: [[]] })
        expect(error.message).toMatch(/is not on its tape.*Use the tape that came back with the variable/)
      }
    })
  })

  it('refuses a loss that was released', () => {
    onProgram((tape, { loss, x }) => {
      release(loss)
      expect(refused(tape, (at) => derive(at, loss, x))).toMatchObject({ _tag: 'Released', operation, shapes: [[]] })
    })
  })
})

describe.each<[string, (tape: Tape, loss: Variable, x: Variable) => Result<unknown>]>([
  ['backward', (tape, loss, x) => backward(tape, loss, { keep: [x] })],
  ['gradient', (tape, loss, x) => gradient(tape, loss, { x })],
  ['jacobian', jacobian]
])('%s', (operation, derive) => {
  it('refuses to differentiate by a variable of another tape, or by a released one', () => {
    onProgram((tape, { loss, other }) => {
      const { value: stranger } = rightOf(parameter(startTape(tape.kernels), [1, 2, 3]))
      const foreign = refused(tape, (at) => derive(at, loss, stranger))
      expect(foreign).toMatchObject({ _tag: 'ForeignVariable', operation, shapes: [[3]] })
      release(other)
      expect(refused(tape, (at) => derive(at, loss, other))).toMatchObject({
        _tag: 'Released',
        operation,
        shapes: [[2]]
      })
    })
  })
})

describe('a gradient that is asked for by name', () => {
  it('and does not exist is refused, with the name, after all else was computed', () => {
    onProgram((tape, { loss, x, other }) => {
      const error = refused(tape, (at) => gradient(at, loss, { x, other }))
      expect(error).toMatchObject({ _tag: 'NoGradientPath', operation: 'gradient' })
      expect(error.message).toMatch(
        /^The loss does not depend on the variable \[2\] at other\. Gradients flow from parameters/
      )
    })
  })

  it('without a name is told by its shape', () => {
    onProgram((made, { loss }) => {
      const { value: plain, tape } = rightOf(constant(made, [1, 2, 3]))
      const later = rightOf(add(tape, loss, 1))
      expect(refused(later.tape, (at) => gradient(at, loss, plain)).message).toMatch(
        /^The loss does not depend on the variable \[3\]\. /
      )
    })
  })

  it('of whole numbers does not exist', () => {
    onProgram((tape, { whole }) => {
      const loss = rightOf(
        trace(tape, function* (run) {
          return yield* run(sum, yield* run(cast, whole, 'float32'))
        })
      )
      expect(refused(loss.tape, (at) => gradient(at, loss.value, whole))).toMatchObject({ _tag: 'NoGradientPath' })
      expect(refused(loss.tape, (at) => jacobian(at, loss.value, whole))).toMatchObject({
        _tag: 'NoGradientPath',
        operation: 'jacobian'
      })
    })
  })
})
