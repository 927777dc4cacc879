/** All derivatives of one value by another. Values by hand. */
import {
  broadcast,
  add,
  constant,
  exp,
  jacobian,
  type Kernels,
  matmul,
  memory,
  mul,
  nested,
  parameter,
  referenceKernels,
  reshape,
  type Result,
  square,
  sum,
  type Tape,
  toArray,
  trace,
  type Traced,
  type Variable,
  wasmKernels
} from 'gradfold'
import { namedKernels } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { refused } from '../support/refused'
import { rightOf } from '../support/results'

interface Pair {
  readonly x: Variable
  readonly y: Variable
}

/** The Jacobian of y by x, as nested arrays, and that it alone is left. */
const jacobianOf = (kernels: Kernels, program: (tape: Tape) => Result<Traced<Pair>>): unknown =>
  onTape(kernels, (start) => {
    const { tape, value } = rightOf(program(start))
    const before = { entries: toArray(tape), tensors: memory(kernels).tensors }
    const all = rightOf(jacobian(tape, value.y, value.x))
    expect(all).toMatchObject({ shape: [...value.y.shape, ...value.x.shape], dtype: 'float32' })
    expect(all.owner).toBe(tape.kernels.allocations)
    expect({ entries: toArray(tape), tensors: memory(kernels).tensors - 1 }).toEqual(before)
    return rightOf(nested(all))
  })

describe.each(namedKernels())('jacobian on %s', (_name, kernels) => {
  it('of a square has 2 x on its diagonal', () => {
    const squares = jacobianOf(kernels, (start) =>
      trace(start, function* (run) {
        const x = yield* run(parameter, [1, 2, 3])
        return { x, y: yield* run(square, x) }
      })
    )
    expect(squares).toEqual([
      [2, 0, 0],
      [0, 4, 0],
      [0, 0, 6]
    ])
  })

  it('of a linear map is its matrix', () => {
    const matrix = jacobianOf(kernels, (start) =>
      trace(start, function* (run) {
        const x = yield* run(parameter, [[5], [6]])
        const weight = yield* run(parameter, [
          [1, 2],
          [3, 4],
          [5, 6]
        ])
        return { x, y: yield* run(reshape, yield* run(matmul, weight, x), [3]) }
      })
    )
    expect(matrix).toEqual([
      [[1], [2]],
      [[3], [4]],
      [[5], [6]]
    ])
  })

  it('of a batch by a bias has three axes', () => {
    const bias = jacobianOf(kernels, (start) =>
      trace(start, function* (run) {
        const x = yield* run(parameter, [1, 2, 3])
        return {
          x,
          y: yield* run(
            add,
            yield* run(constant, [
              [1, 1, 1],
              [2, 2, 2]
            ]),
            x
          )
        }
      })
    )
    const identity = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1]
    ]
    expect(bias).toEqual([identity, identity])
  })

  it('of a scalar has the shape of x, by a scalar that of y', () => {
    const byVector = jacobianOf(kernels, (start) =>
      trace(start, function* (run) {
        const x = yield* run(parameter, [[1, 2]])
        return { x, y: yield* run(sum, yield* run(square, x)) }
      })
    )
    expect(byVector).toEqual([[2, 4]])
    const byScalar = jacobianOf(kernels, (start) =>
      trace(start, function* (run) {
        const x = yield* run(parameter, 2)
        return { x, y: yield* run(mul, x, yield* run(constant, [3, 4])) }
      })
    )
    expect(byScalar).toEqual([3, 4])
  })

  it('goes by constants and intermediate values, beside parameters that are in the way', () => {
    const byMiddle = jacobianOf(kernels, (start) =>
      trace(start, function* (run) {
        const weight = yield* run(parameter, [10, 20])
        const data = yield* run(constant, [1, 2])
        const x = yield* run(square, data)
        return { x, y: yield* run(mul, x, weight) }
      })
    )
    expect(byMiddle).toEqual([
      [10, 0],
      [0, 20]
    ])
  })

  it('of x by itself is the identity', () => {
    const identity = jacobianOf(kernels, (start) =>
      trace(start, function* (run) {
        const x = yield* run(parameter, [3, 4])
        return { x, y: x }
      })
    )
    expect(identity).toEqual([
      [1, 0],
      [0, 1]
    ])
  })

  it('of nothing, or by nothing, is nothing', () => {
    const ofNothing = jacobianOf(kernels, (start) =>
      trace(start, function* (run) {
        const x = yield* run(parameter, [[1], [2]])
        return { x, y: yield* run(broadcast, x, [2, 0]) }
      })
    )
    expect(ofNothing).toEqual([[], []])
    const byNothing = jacobianOf(kernels, (start) =>
      trace(start, function* (run) {
        const x = yield* run(parameter, [])
        return { x, y: yield* run(sum, x) }
      })
    )
    expect(byNothing).toEqual([])
  })
})

describe('refusals', () => {
  it('of a value that does not depend on x, parameters or not', () => {
    onTape(referenceKernels(), (start) => {
      const { tape, value } = rightOf(
        trace(start, function* (run) {
          const x = yield* run(parameter, [1, 2])
          const data = yield* run(constant, [3])
          return { x, ofParameter: yield* run(square, yield* run(parameter, [1])), ofData: yield* run(exp, data) }
        })
      )
      for (const y of [value.ofParameter, value.ofData]) {
        const error = refused(tape, (at) => jacobian(at, y, value.x))
        expect(error).toMatchObject({ _tag: 'NoGradientPath', operation: 'jacobian' })
        expect(error.message).toMatch(/^y does not depend on x\. .*Is the variable a parameter/)
      }
    })
  })

  it('of more axes than the kernels take', () => {
    onTape(wasmKernels(), (start) => {
      const { tape, value } = rightOf(
        trace(start, function* (run) {
          const x = yield* run(parameter, { shape: [1, 1, 1, 1, 1], values: [1] })
          return { x, y: yield* run(square, x) }
        })
      )
      const error = refused(tape, (at) => jacobian(at, value.y, value.x))
      expect(error).toMatchObject({ _tag: 'DimensionError', operation: 'jacobian', shape: new Array(10).fill(1) })
      expect(error.message).toMatch(/reshape neighbouring axes into one\.$/)
    })
  })
})
