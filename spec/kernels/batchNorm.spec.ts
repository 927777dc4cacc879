/** Batch normalisation, which wasm and TensorFlow have as calls of their own, beside what the reference kernels compose. */
import fc from 'fast-check'
import { type HostTensor, type Kernels, memory, referenceKernels, type Tensor } from 'gradfold'
import { tensors } from 'gradfold/testing'
import { kernelSets } from '../support/kernelSets'
import { runs } from '../support/runs'

const EPS = 1e-3
const MOMENTUM = 0.25

/** Of two to four axes, with two rows or more, as many features as not; some have no multiple of four rows. */
const shapes = fc
  .tuple(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 }), fc.integer({ min: 1, max: 6 }))
  .map(([rows, features]) => [...rows, features])
  .filter((shape) => shape.slice(0, -1).reduce((product, n) => product * n, 1) > 1)

const inputs = shapes.chain((shape) =>
  fc.tuple(
    tensors({ shape: fc.constant(shape) }),
    tensors({ shape: fc.constant(shape) }),
    tensors({ shape: fc.constant(shape.slice(-1)) })
  )
)

/** A tensor of waves, for sizes that are too large to draw. */
const waves = (shape: ReadonlyArray<number>, start: number): HostTensor => {
  const size = shape.reduce((product, n) => product * n, 1)
  return { shape, dtype: 'float32', values: Float32Array.from({ length: size }, (_, i) => Math.sin(start + 0.7 * i)) }
}

/** All that there is to ask: result, gradients, and what the running statistics become. */
const everything = (kernels: Kernels, hosts: ReadonlyArray<HostTensor>): ReadonlyArray<ReadonlyArray<number>> => {
  const own = kernels.withOwnAllocations()
  try {
    const [x, upstream, scale] = hosts.map(({ shape, values }) => own.upload(shape, 'float32', () => values))
    const mean = own.fill(scale!.shape, 2, 'float32')
    const variance = own.fill(scale!.shape, 3, 'float32')
    const running = { mean, variance, momentum: MOMENTUM }
    const y = own.batchNorm(x!, scale!, mean, running, EPS)
    const moments = (): ReadonlyArray<Tensor> => [
      own.batchMoment(x!, y, running, 'mean'),
      own.batchMoment(x!, y, running, 'variance')
    ]
    const gradients = (of: Tensor): ReadonlyArray<Tensor> => own.batchNormGradient(upstream!, x!, scale!, of, EPS)
    const all = [y, ...gradients(y), ...moments()]
    const read = (tensor: Tensor): ReadonlyArray<number> => Array.from(own.read(tensor))
    const once = all.map(read)
    // Asked again, and with a y beside which nothing is kept: the same to the bit.
    expect([...gradients(y), ...moments()].map(read)).toEqual(once.slice(1))
    expect(gradients(own.reshape(y, y.shape)).map(read)).toEqual(once.slice(1, 4))
    return once
  } finally {
    own.allocations.releaseAll()
  }
}

const agree = (got: ReadonlyArray<ReadonlyArray<number>>, wanted: ReadonlyArray<ReadonlyArray<number>>): void => {
  got.forEach((part, i) => {
    const scale = Math.max(1, ...wanted[i]!.map(Math.abs))
    part.forEach((value, k) => expect(Math.abs(value - wanted[i]![k]!)).toBeLessThanOrEqual(1e-4 * scale))
  })
}

describe.each(kernelSets)('batch norm on $name', ({ create }) => {
  const kernels = create()

  it('is what it is composed of, whatever the shape, and leaves nothing behind', () => {
    fc.assert(
      fc.property(inputs, (hosts) => {
        // Numbers of one size: of others the variance is lost in float32.
        const tame = hosts.map((host) => ({
          ...host,
          values: Float32Array.from(host.values, (value) => Math.tanh(value))
        }))
        const before = memory(kernels)
        agree(everything(kernels, tame), everything(referenceKernels(), tame))
        expect(memory(kernels)).toEqual(before)
      }),
      { numRuns: runs(60) }
    )
  })

  it.each([[[4096, 3]], [[4099, 2]], [[70, 70, 1]], [[2, 50, 41, 2]]])('is of many rows, too: %p', (shape) => {
    const hosts = [waves(shape, 0), waves(shape, 5), waves(shape.slice(-1), 9)]
    const before = memory(kernels)
    agree(everything(kernels, hosts), everything(referenceKernels(), hosts))
    expect(memory(kernels)).toEqual(before)
  })

  it('moves the running statistics by all of the batch, or by nothing', () => {
    const own = kernels.withOwnAllocations()
    const x = own.upload([4, 1], 'float32', () => Float32Array.of(1, 2, 3, 6))
    const one = own.fill([1], 1, 'float32')
    for (const [momentum, wanted] of [
      [1, [3, 14 / 3]],
      [0, [1, 1]]
    ] as const) {
      const running = { mean: one, variance: one, momentum }
      const y = own.batchNorm(x, one, one, running, 0)
      const moments = (['mean', 'variance'] as const).map(
        (moment) => own.read(own.batchMoment(x, y, running, moment))[0]!
      )
      moments.forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, 5))
    }
    own.allocations.releaseAll()
  })
})
