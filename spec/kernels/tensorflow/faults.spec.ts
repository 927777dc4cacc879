/** TensorFlow reports an error in the middle of an operation made of several calls: nothing stays behind. */
import fc from 'fast-check'
import { isRight } from 'fp-ts/Either'
import { type Kernels, memory, type Tensor, tensorflowKernels } from 'gradfold'
import { asKernelError } from '../../../src/error/result'
import type { Running } from '../../../src/kernels/batchNormOf'
import { Session } from '../../../src/kernels/tensorflow/session'
import { startTensorflow } from '../../../src/kernels/tensorflow/startTensorflow'
import { uploaded } from '../../support/hostTensors'
import { operationCases } from '../../support/operationCases'
import { rightOf } from '../../support/results'

const OOM = { message: 'Invalid TF_Status: 8\nMessage: OOM when allocating tensor with shape[3] and type float' }

const specify = (): void => {
  const kernels = rightOf(tensorflowKernels())
  const session = rightOf(startTensorflow(undefined))
  let left = Infinity

  beforeAll(() => {
    // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with its own `this`
    const { execute, executeForAll } = Session.prototype
    jest.spyOn(Session.prototype, 'execute').mockImplementation(function (this: Session, ...call) {
      // TensorFlow's errors are of another realm here: no instances of this one's Error.
      // eslint-disable-next-line @typescript-eslint/only-throw-error
      if (left-- === 0) throw OOM
      return execute.apply(this, call)
    })
    jest.spyOn(Session.prototype, 'executeForAll').mockImplementation(function (this: Session, ...call) {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- as above
      if (left-- === 0) throw OOM
      return executeForAll.apply(this, call)
    })
  })
  afterAll(() => {
    jest.restoreAllMocks()
  })

  it.each([[[4, 2]], [[2, 2, 1, 2]], [[2, 3, 2]]])('batchNorm of %p, its gradient and its moments', (shape) => {
    const running = (own: Kernels): Running<Tensor> => {
      const [mean, variance] = [own.fill([2], 0, 'float32'), own.fill([2], 1, 'float32')]
      return { mean, variance, momentum: 0.1 }
    }
    const forward = (own: Kernels, x: Tensor): Tensor =>
      own.batchNorm(x, own.fill([2], 1, 'float32'), own.fill([2], 0, 'float32'), running(own), 1e-5)
    const programs: ReadonlyArray<(own: Kernels, x: Tensor) => unknown> = [
      forward,
      (own, x) => own.batchNormGradient(x, x, own.fill([2], 1, 'float32'), forward(own, x), 1e-5),
      (own, x) => own.batchNormGradient(x, x, own.fill([2], 1, 'float32'), x, 1e-5),
      (own, x) => own.batchMoment(x, x, running(own), 'mean')
    ]
    for (const program of programs) {
      let failed = true
      for (let at = 0; failed; at++) {
        const own = kernels.withOwnAllocations()
        const before = session.tensors
        const x = own.fill(shape, 1, 'float32')
        left = at
        try {
          program(own, x)
          failed = false
        } catch (thrown) {
          expect(asKernelError('probe', own, thrown)).toMatchObject({ _tag: 'KernelError', reason: 'outOfMemory' })
        } finally {
          left = Infinity
          own.allocations.releaseAll()
        }
        expect(session.tensors).toBe(before)
      }
    }
  })

  it.each(Object.entries(operationCases))('%s', (_name, calls) => {
    fc.assert(
      fc.property(calls('plain'), (call) => {
        for (let at = 0; ; at++) {
          const own = kernels.withOwnAllocations()
          const before = session.tensors
          try {
            const loaded = call.inputs.map((host) => ({ host, tensor: uploaded(own, host) }))
            left = at
            call.run(own, (x) => loaded.find(({ host }) => host === x)?.tensor ?? uploaded(own, x))
            return
          } catch (thrown) {
            expect(asKernelError('probe', own, thrown)).toMatchObject({ _tag: 'KernelError', reason: 'outOfMemory' })
          } finally {
            left = Infinity
            own.allocations.releaseAll()
            expect(session.tensors).toBe(before)
          }
        }
      }),
      { numRuns: 10 }
    )
    expect(memory(kernels)).toEqual({ tensors: 0, bytes: 0 })
  })
}

const native = tensorflowKernels()
if (isRight(native)) describe('an error of TensorFlow in any of its calls', specify)
else it('has no TensorFlow here', () => expect(native.left).toMatchObject({ reason: 'unavailable' }))
