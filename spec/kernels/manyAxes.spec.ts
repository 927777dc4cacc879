/** Tensors of six to eight axes that take turns in being the smaller one, which TensorFlow broadcasts no more. */
import { type Kernels, memory, referenceKernels, type Tensor } from 'gradfold'
import { kernelSets } from '../support/kernelSets'

const turns = (axes: number, first: number): ReadonlyArray<number> =>
  Array.from({ length: axes }, (_, axis) => (axis % 2 === first ? 2 : 1))

const computed = (kernels: Kernels, axes: number): ReadonlyArray<ReadonlyArray<number>> => {
  const own = kernels.withOwnAllocations()
  try {
    const counted = (first: number, factor: number): Tensor => {
      const shape = turns(axes, first)
      const size = shape.reduce((product, n) => product * n, 1)
      return own.upload(shape, 'float32', () => Float32Array.from({ length: size }, (_, i) => i * factor))
    }
    const [x, y] = [counted(0, 1), counted(1, 0.75)]
    const isGreater = own.greater(x, y)
    const whole = turns(axes, 0).map(() => 2)
    const ofBools = own.greater(own.cast(x, 'bool'), own.cast(y, 'bool'))
    const all = [
      own.sub(x, y),
      isGreater,
      ofBools,
      own.equal(x, y),
      own.select(isGreater, x, y),
      own.broadcast(x, whole)
    ]
    return all.map((tensor) => Array.from(own.read(tensor)))
  } finally {
    own.allocations.releaseAll()
  }
}

describe.each(kernelSets)('on $name', ({ create }) => {
  const kernels = create()

  it.each([5, 6, 7, 8].filter((axes) => axes <= kernels.maxRank))('broadcasts of %i axes are right', (axes) => {
    const before = memory(kernels)
    expect(computed(kernels, axes)).toEqual(computed(referenceKernels(), axes))
    expect(memory(kernels)).toEqual(before)
  })
})
