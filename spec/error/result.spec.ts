import { left, right } from 'fp-ts/Either'
import { KernelFailure, type Kernels, referenceKernels } from 'gradfold'
import { asKernelError, attempt } from '../../src/error/result'
import { notScalar } from '../../src/error/tensorError'
import { leftOf } from '../support/results'

const throwing = (thrown: Error) => (): never => {
  throw thrown
}

describe('attempt', () => {
  const kernels = referenceKernels()

  it('hands on what its body gives', () => {
    expect(attempt('probe', kernels, () => right(3))).toEqual(right(3))
    const error = notScalar('probe', [2], 'text')
    expect(attempt('probe', kernels, () => left(error))).toEqual(left(error))
  })

  it.each(['outOfMemory', 'noNumbers', 'lost', 'unavailable'] as const)('makes a Left of the failure %s', (reason) => {
    const failure = new KernelFailure(reason, 'the text of the kernels')
    expect(leftOf(attempt('probe', kernels, throwing(failure)))).toEqual({
      _tag: 'KernelError',
      operation: 'probe',
      path: '',
      kernels: 'reference',
      reason,
      message: 'the text of the kernels'
    })
  })

  it('lets a defect pass as it is', () => {
    const defect = new TypeError('a defect')
    expect(() => attempt('probe', kernels, throwing(defect))).toThrow(defect)
  })
})

describe('asKernelError', () => {
  it('asks the kernels what they meant', () => {
    const own: Kernels = Object.assign(referenceKernels(), {
      failure: (thrown: unknown) => (thrown === 'a trap' ? new KernelFailure('lost', 'the kernels stopped') : undefined)
    })
    expect(asKernelError('probe', own, 'a trap')).toMatchObject({ reason: 'lost', message: 'the kernels stopped' })
    expect(() => asKernelError('probe', own, 'a defect')).toThrow('a defect')
  })
})
