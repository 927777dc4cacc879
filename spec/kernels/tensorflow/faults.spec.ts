/** TensorFlow reports an error in the middle of an operation made of several calls: nothing stays behind. */
import fc from 'fast-check'
import { isRight } from 'fp-ts/Either'
import { memory, tensorflowKernels } from 'gradfold'
import { asKernelError } from '../../../src/error/result'
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
    const { execute } = Session.prototype
    jest.spyOn(Session.prototype, 'execute').mockImplementation(function (this: Session, ...call) {
      // TensorFlow's errors are of another realm here: no instances of this one's Error.
      // eslint-disable-next-line @typescript-eslint/only-throw-error
      if (left-- === 0) throw OOM
      return execute.apply(this, call)
    })
  })
  afterAll(() => {
    jest.restoreAllMocks()
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
