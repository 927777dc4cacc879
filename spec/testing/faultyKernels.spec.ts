import fc from 'fast-check'
import { isLeft } from 'fp-ts/Either'
import { none, some } from 'fp-ts/Option'
import { constant, fill, memory, mul, read, referenceKernels, release, scope, startTape, trace } from 'gradfold'
import { faultyKernels, watchedKernels } from '../../src/testing/faultyKernels'
import { namedKernels } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { leftOf, rightOf } from '../support/results'

describe('watchedKernels', () => {
  it('tells of each computation, in scopes too, before it is made', () => {
    const plain = referenceKernels()
    const calls: (readonly [string, number])[] = []
    onTape(
      watchedKernels(plain, (operation) => calls.push([operation, memory(plain).tensors])),
      (tape) => {
        const doubled = rightOf(
          scope(tape, (inner) =>
            trace(inner, function* (run) {
              return yield* run(mul, yield* run(constant, [1, 2]), 2)
            })
          )
        )
        rightOf(read(doubled.value))
        expect(memory(tape.kernels).tensors).toBe(1)
        tape.kernels.reserved?.()
        release(doubled.value)
        expect(calls).toEqual([
          ['upload', 0],
          ['fill', 1],
          ['mul', 2]
        ])
      }
    )
  })

  it('has what the kernels have, and no more', () => {
    for (const [, kernels] of namedKernels()) {
      const watched = watchedKernels(kernels, () => undefined)
      expect([watched.name, watched.device, watched.adam === undefined]).toEqual([
        kernels.name,
        kernels.device,
        kernels.adam === undefined
      ])
    }
  })
})

describe('faultyKernels', () => {
  const outcomes = (faulty: ReturnType<typeof faultyKernels>, count: number): ReadonlyArray<boolean> =>
    onTape(faulty.kernels, (tape) => Array.from({ length: count }, () => !isLeft(fill(tape, [2], 1))))

  it('succeed until they are told otherwise', () => {
    const faulty = faultyKernels(referenceKernels())
    expect(outcomes(faulty, 3)).toEqual([true, true, true])
    expect([faulty.fault(), faulty.calls()]).toEqual([none, 3])
  })

  it('fail once, at the call that was asked for', () => {
    const faulty = faultyKernels(referenceKernels())
    faulty.failAfter(2)
    expect(outcomes(faulty, 5)).toEqual([true, true, false, true, true])
    expect([faulty.fault(), faulty.calls()]).toEqual([some({ operation: 'fill', call: 2 }), 5])
    faulty.failAfter(0)
    expect([faulty.fault(), faulty.calls()]).toEqual([none, 0])
    expect(outcomes(faulty, 2)).toEqual([false, true])
  })

  it('fail from there on, where the failure lasts', () => {
    const faulty = faultyKernels(referenceKernels(), { lasting: true })
    faulty.failAfter(1)
    expect(outcomes(faulty, 4)).toEqual([true, false, false, false])
    expect(faulty.fault()).toEqual(some({ operation: 'fill', call: 1 }))
    faulty.failAfter(Infinity)
    expect(outcomes(faulty, 2)).toEqual([true, true])
  })

  it.each(['outOfMemory', 'lost', 'unavailable', 'failed', 'noNumbers'] as const)(
    'fail with the reason %s',
    (reason) => {
      const faulty = faultyKernels(referenceKernels(), { reason })
      faulty.failAfter(0)
      expect(leftOf(fill(startTape(faulty.kernels), [2], 1))).toMatchObject({
        _tag: 'KernelError',
        operation: 'fill',
        kernels: 'reference',
        reason,
        message: `A failure planted by faultyKernels: call 0 since it was asked for, fill, fails with ${reason}.`
      })
    }
  )

  it('fail at a random call, the same one for the same seed', () => {
    const callOf = (calls: number, seed: number): number => {
      const faulty = faultyKernels(referenceKernels())
      faulty.failWithin(calls, seed)
      return outcomes(faulty, calls).indexOf(false)
    }
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer(), (calls, seed) => {
        const call = callOf(calls, seed)
        expect(call).toBeGreaterThanOrEqual(0)
        expect(callOf(calls, seed)).toBe(call)
      })
    )
    const drawn = new Set(Array.from({ length: 100 }, (_, seed) => callOf(4, seed)))
    expect([...drawn].sort()).toEqual([0, 1, 2, 3])
  })
})
