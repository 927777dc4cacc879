/** Layers that hold layers, or that only rearrange. */
import {
  activation,
  constant,
  evaluation,
  flatten,
  forward,
  type Input,
  type Layer,
  linear,
  linearForward,
  type Maker,
  named,
  parallel,
  parameters,
  prelu,
  referenceKernels,
  reshapeTo,
  residual,
  sequential,
  shapesKernels,
  swiglu,
  type Tape,
  trace,
  uniform
} from 'gradfold'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { numbersOf } from '../support/numbers'
import { leftOf, rightOf } from '../support/results'

const relu = activation('relu')
const tanh = activation('tanh')

const pathsOf = (model: unknown): ReadonlyArray<string> => parameters(model).map(({ path }) => path)

/** Shape and numbers of a layer's output. */
const outputOf = (tape: Tape, create: Maker, x: Input) =>
  rightOf(
    trace(tape, function* (run) {
      const layer = yield* run(create)
      const y = yield* run(forward, layer, yield* run(constant, x))
      return { layer, shape: y.shape, numbers: numbersOf(y) }
    })
  ).value

const shapeOf = (layer: Layer, shape: ReadonlyArray<number>): ReadonlyArray<number> =>
  onTape(
    shapesKernels(),
    (tape) =>
      rightOf(
        trace(tape, function* (run) {
          return yield* run(forward, layer, yield* run(uniform, shape))
        })
      ).value.shape
  )

const errorOf = (element: Layer | Maker, x: Input) =>
  onTape(referenceKernels(), (tape) =>
    leftOf(
      trace(tape, function* (run) {
        const layer = typeof element === 'function' ? yield* run(element) : element
        const given = yield* run(constant, x)
        return yield* run((at) => named(at, 'encoder', (below) => forward(below, layer, given)))
      })
    )
  )

describe.each(kernelSets)('on $name', ({ create: createKernels }) => {
  const kernels = createKernels()

  it('flatten and reshapeTo keep the numbers in their order', () => {
    onTape(kernels, (tape) => {
      const x = [
        [
          [1, 2],
          [3, 4],
          [5, 6]
        ]
      ]
      const both: Maker = (at) => sequential(at, [flatten(), reshapeTo([2, 3])])
      expect(outputOf(tape, both, x)).toMatchObject({ shape: [1, 2, 3], numbers: [1, 2, 3, 4, 5, 6] })
    })
  })

  it('parallel joins what its layers give', () => {
    onTape(kernels, (tape) => {
      const x = [[2, -3]]
      const joined = (settings?: { readonly join?: 'concat' | 'add' | 'mul'; readonly axis?: number }) =>
        outputOf(tape, (at) => parallel(at, [relu, activation('leakyRelu', { slope: 0.5 }), relu], settings), x)
      expect(joined()).toMatchObject({ shape: [1, 6], numbers: [2, 0, 2, -1.5, 2, 0] })
      expect(joined({ axis: 0 })).toMatchObject({ shape: [3, 2], numbers: [2, 0, 2, -1.5, 2, 0] })
      expect(joined({ join: 'add' })).toMatchObject({ shape: [1, 2], numbers: [6, -1.5] })
      const product = joined({ join: 'mul' })
      expect([product.shape, product.numbers.map((y) => y + 0)]).toEqual([
        [1, 2],
        [8, 0]
      ])
    })
  })

  it('residual adds what its layer makes', () => {
    onTape(kernels, (tape) => {
      expect(outputOf(tape, (at) => residual(at, relu), [2, -3]).numbers).toEqual([4, -3])
      expect(outputOf(tape, (at) => residual(at, (below) => residual(below, relu)), [2, -3]).numbers).toEqual([6, -6])
    })
  })

  it('they are the same in evaluation, and of the same key the same on every kernel set', () => {
    const model: Maker = (at) =>
      sequential(at, [
        (below) => residual(below, (inner) => sequential(inner, [(last) => linear(last, 2, 2), tanh])),
        (below) => parallel(below, [(inner) => swiglu(inner, 2, 3, 2), (inner) => prelu(inner, { channels: 2 })]),
        (below) => linear(below, 4, 1)
      ])
    const onThis = onTape(kernels, (tape) => outputOf(tape, model, [[1, -2]]).numbers, { seed: 5 })
    const evaluated = onTape(kernels, (tape) => outputOf(evaluation(tape), model, [[1, -2]]).numbers, { seed: 5 })
    const exact = onTape(referenceKernels(), (tape) => outputOf(tape, model, [[1, -2]]).numbers, { seed: 5 })
    expect(evaluated).toEqual(onThis)
    expect(onThis[0]).toBeCloseTo(exact[0] ?? NaN, 5)
  })
})

describe('flatten', () => {
  it('joins the axes that it is told, from either end', () => {
    expect(shapeOf(flatten(), [8, 28, 28, 1])).toEqual([8, 784])
    expect(shapeOf(flatten(), [0, 2, 3])).toEqual([0, 6])
    expect(shapeOf(flatten({ from: 0 }), [2, 3])).toEqual([6])
    expect(shapeOf(flatten({ from: -3, to: 2 }), [2, 3, 4, 5])).toEqual([2, 12, 5])
    expect(shapeOf(flatten({ from: -1 }), [2, 3])).toEqual([2, 3])
  })

  it('refuses axes that x does not have, and those in the wrong order', () => {
    const common = { _tag: 'DimensionError', operation: 'flattenForward', path: 'encoder' }
    expect(errorOf(flatten(), [1, 2])).toMatchObject({ ...common, shape: [2], axes: [1] })
    expect(errorOf(flatten({ to: 3 }), [[1, 2]])).toMatchObject({ ...common, axes: [3] })
    expect(errorOf(flatten({ from: 0.5 }), [[1, 2]])).toMatchObject({ ...common, axes: [0.5] })
    const swapped = errorOf(flatten({ from: 1, to: 0 }), [[1, 2]])
    expect(swapped).toMatchObject({ ...common, axes: [1, 0] })
    expect(swapped.message).toContain('the first comes after the last: swap them')
  })
})

describe('reshapeTo', () => {
  it('leaves the batch alone', () => {
    expect(shapeOf(reshapeTo([28, 28, 1]), [8, 784])).toEqual([8, 28, 28, 1])
    expect(shapeOf(reshapeTo([-1]), [8, 2, 3])).toEqual([8, 6])
    expect(shapeOf(reshapeTo([-1, 2]), [0, 6])).toEqual([0, 3, 2])
    expect(shapeOf(reshapeTo([]), [4])).toEqual([4])
    expect(shapeOf(reshapeTo([1]), [4])).toEqual([4, 1])
  })

  it.each([[[4]], [[-1, 4]], [[-1, -1]], [[-1, 0]], [[1.5, 4]], [[-2, -3]], [[NaN]]])(
    'refuses %p for six numbers',
    (shape) => {
      const error = errorOf(reshapeTo(shape), [[1, 2, 3, 4, 5, 6]])
      expect(error).toMatchObject({ _tag: 'InvalidShape', operation: 'reshapeToForward', shape, path: 'encoder' })
      expect(error.message).toContain('of an example [6], which has 6 numbers: the shape is that of one example')
    }
  )

  it('refuses what has no batch', () => {
    expect(errorOf(reshapeTo([1]), 3)).toMatchObject({ _tag: 'DimensionError', operation: 'reshapeToForward' })
  })
})

describe('parallel', () => {
  it('names the parameters by place, as a sequential does', () => {
    onTape(referenceKernels(), (tape) => {
      const inner: Maker = (at) => parallel(at, [relu, (below) => linear(below, 2, 2), prelu])
      const layer = rightOf(named(tape, 'encoder', inner)).value
      expect(pathsOf(layer)).toEqual(['1.weight', '1.bias', '2.slope'])
      expect(parameters(layer).map(({ variable }) => variable.path)).toEqual([
        'encoder.1.weight',
        'encoder.1.bias',
        'encoder.2.slope'
      ])
      const nested = rightOf(sequential(tape, [relu, inner])).value
      expect(pathsOf(nested)).toEqual(['1.1.weight', '1.1.bias', '1.2.slope'])
    })
  })

  it('refuses no layers, and says which layer could not be made or failed', () => {
    onTape(referenceKernels(), (tape) => {
      expect(leftOf(parallel(tape, []))).toMatchObject({ _tag: 'InvalidArgument', operation: 'parallel', value: [] })
      const unmade = leftOf(parallel(tape, [(at) => linear(at, 2, 2), (at) => linear(at, 0, 2)]))
      expect(unmade).toMatchObject({ _tag: 'InvalidArgument', operation: 'linear', path: '1' })
      const { value: layer } = rightOf(parallel(tape, [relu, flatten()]))
      expect(errorOf(layer, [1, 2])).toMatchObject({ operation: 'flattenForward', path: 'encoder.1' })
    })
  })

  it('refuses outputs that do not fit', () => {
    onTape(referenceKernels(), (tape) => {
      const layers = [relu, reshapeTo([1, 2])]
      const { value: added } = rightOf(parallel(tape, layers, { join: 'add' }))
      const error = errorOf(added, [[1, 2]])
      expect(error).toMatchObject({ _tag: 'ShapeMismatch', operation: 'parallel', path: 'encoder' })
      expect(error).toMatchObject({ shapes: [[1, 2], [1, 1, 2]] }) // prettier-ignore
      expect(error.message).toContain('whose outputs have one shape, not [1, 2] and [1, 1, 2]: nothing broadcasts')
      const { value: joined } = rightOf(parallel(tape, layers))
      expect(errorOf(joined, [[1, 2]])).toMatchObject({ _tag: 'ShapeMismatch', operation: 'concat', path: 'encoder' })
    })
  })
})

describe('residual', () => {
  it('names the parameters below inner', () => {
    onTape(referenceKernels(), (tape) => {
      const { value } = rightOf(residual(tape, (at) => sequential(at, [(below) => linear(below, 2, 2), tanh])))
      expect(pathsOf(value)).toEqual(['inner.0.weight', 'inner.0.bias'])
      expect(parameters(value).map(({ variable }) => variable.path)).toEqual(['inner.0.weight', 'inner.0.bias'])
    })
  })

  it('refuses another shape, and says where a layer failed', () => {
    onTape(referenceKernels(), (tape) => {
      const narrow: Maker = (at) => residual(at, (below) => linear(below, 2, 1))
      const error = errorOf(narrow, [[1, 2]])
      expect(error).toMatchObject({ _tag: 'ShapeMismatch', operation: 'residual', path: 'encoder' })
      expect(error).toMatchObject({ shapes: [[1, 2], [1, 1]] }) // prettier-ignore
      expect(error.message).toContain('adds x [1, 2] to what its layer made of it, which is [1, 1]')
      const wrong = errorOf(narrow, [[1, 2, 3]])
      expect(wrong).toMatchObject({ _tag: 'ShapeMismatch', operation: 'linearForward', path: 'encoder.inner' })
      expect(leftOf(residual(tape, (at) => linear(at, 0, 1)))).toMatchObject({ operation: 'linear', path: 'inner' })
    })
  })

  it('a failure in the middle leaves no tensor behind', () => {
    onTape(referenceKernels(), (tape) => {
      const { value: layer, tape: next } = rightOf(
        residual(tape, (at) => sequential(at, [(below) => linear(below, 2, 2), (below) => linear(below, 2, 1)]))
      )
      const x = rightOf(constant(next, [[1, 2]]))
      const before = tape.kernels.memory()
      leftOf(forward(x.tape, layer, x.value))
      expect(tape.kernels.memory()).toEqual(before)
      rightOf(linearForward(x.tape, layer.inner.layers[0], x.value))
    })
  })
})
