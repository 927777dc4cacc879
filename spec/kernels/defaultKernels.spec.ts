import { isRight } from 'fp-ts/Either'
import type * as gradfold from 'gradfold'
import { constant, defaultKernels, fill, memory, startTape, tensorflowKernels } from 'gradfold'
import { leftOf, rightOf } from '../support/results'

const before = process.env['GRADFOLD_KERNELS']
const wishFor = (kernels: string): void => {
  process.env['GRADFOLD_KERNELS'] = kernels
}
afterEach(() => {
  if (before === undefined) delete process.env['GRADFOLD_KERNELS']
  else process.env['GRADFOLD_KERNELS'] = before
})

/** As if the package were nowhere. */
const withoutPackage = <A>(body: (fresh: typeof gradfold) => A): A => {
  let result: A | undefined
  jest.isolateModules(() => {
    jest.doMock('../../src/kernels/tensorflow/installation', () => ({
      ...jest.requireActual<object>('../../src/kernels/tensorflow/installation'),
      findPackage: () => undefined
    }))
    result = body(jest.requireActual<typeof gradfold>('gradfold'))
    jest.dontMock('../../src/kernels/tensorflow/installation')
  })
  return result!
}

describe('without a wish', () => {
  it('they are TensorFlow where it is, else WebAssembly with the reason in `device`', () => {
    wishFor('')
    const kernels = defaultKernels()
    const native = tensorflowKernels()
    expect(kernels.name).toBe(isRight(native) ? 'tensorflow' : 'wasm')
    if (isRight(native)) expect(kernels.device).toMatch(/TensorFlow \d+\.\d+/)
    else expect(kernels.device).toMatch(/^CPU, WebAssembly .*\(no TensorFlow: .+\)$/)
  })

  it('they are WebAssembly where the package is not, and say so, in a scope, too', () => {
    wishFor('')
    const kernels = withoutPackage((fresh) => fresh.defaultKernels())
    expect(kernels.name).toBe('wasm')
    expect(kernels.device).toBe(
      'CPU, WebAssembly SIMD, 1 thread (no TensorFlow: @tensorflow/tfjs-node-gpu is not installed)'
    )
    expect(kernels.withOwnAllocations().device).toBe(kernels.device)
  })
})

describe('GRADFOLD_KERNELS', () => {
  it.each(['wasm', 'reference'])('can be %s', (name) => {
    wishFor(name)
    expect(defaultKernels().name).toBe(name)
  })

  it('can be tensorflow; if that cannot be had, the first operation is a Left that says why', () => {
    wishFor('tensorflow')
    withoutPackage((fresh) => {
      const kernels = fresh.defaultKernels()
      expect(kernels.name).toBe('tensorflow')
      for (const kind of [kernels, kernels.withOwnAllocations()]) {
        const error = leftOf(fresh.constant(fresh.startTape(kind), [1, 2]))
        expect(error).toMatchObject({ _tag: 'KernelError', operation: 'constant', reason: 'unavailable' })
        expect(error.message).toMatch(
          /^GRADFOLD_KERNELS is tensorflow\. There are no TensorFlow kernels: .* not installed\. .*setup-tensorflow/
        )
      }
      expect(fresh.memory(kernels)).toEqual({ tensors: 0, bytes: 0 })
    })
    if (isRight(tensorflowKernels())) expect(defaultKernels().device).toContain('TensorFlow')
  })

  it('can be nothing else', () => {
    wishFor('cuda')
    const kernels = defaultKernels()
    const tape = startTape(kernels)
    for (const result of [constant(tape, 1), fill(tape, [2], 1)]) {
      expect(leftOf(result)).toMatchObject({ _tag: 'KernelError', reason: 'unavailable' })
      expect(leftOf(result).message).toBe(
        'GRADFOLD_KERNELS is "cuda", but the kernels are called tensorflow, wasm and reference: set it to one of them, or not at all.'
      )
    }
    expect(memory(kernels)).toEqual({ tensors: 0, bytes: 0 })
  })
})

describe('tensorflowKernels', () => {
  it.each([0, -1, 1.5, NaN])('refuse %s threads', (threads) => {
    expect(leftOf(tensorflowKernels({ threads }))).toMatchObject({ _tag: 'InvalidArgument', argument: 'threads' })
  })

  it('say what is missing', () => {
    const error = withoutPackage((fresh) => leftOf(fresh.tensorflowKernels()))
    expect(error).toMatchObject({ _tag: 'KernelError', operation: 'tensorflowKernels', reason: 'unavailable' })
  })

  it('say that it is too late for another number of threads', () => {
    const native = tensorflowKernels()
    if (isRight(native)) {
      const text = leftOf(tensorflowKernels({ threads: 1000 })).message
      expect(text).toMatch(/has started with \d+ threads?, and does not take 1000 afterwards/)
      const started = Number(/, (\d+) threads?/.exec(native.right.device)?.[1])
      expect(rightOf(tensorflowKernels({ threads: started })).device).toBe(native.right.device)
    } else expect(native.left.message).toContain('setup-tensorflow')
  })
})
