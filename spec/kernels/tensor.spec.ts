import { inspect, isDeepStrictEqual } from 'node:util'
import { produce } from 'immer'
import { shapesKernels } from '../../src/kernels/shapes/shapesKernels'
import { isReleased } from '../../src/kernels/tensor'
import { kernelSets } from '../support/kernelSets'

describe.each([...kernelSets, { name: 'shapes', create: shapesKernels }])(
  'a tensor on $name is opaque',
  ({ create }) => {
    const kernels = create()
    const make = (): ReturnType<typeof kernels.fill> => kernels.fill([2, 1], 3, 'float32')

    // Among so many neighbours a walk along them would overflow the stack.
    beforeAll(() => {
      for (let i = 0; i < 10_000; i++) kernels.fill([], i, 'float32')
    })
    afterAll(() => {
      kernels.allocations.releaseAll()
      expect(kernels.memory()).toEqual({ tensors: 0, bytes: 0 })
    })

    it('to deep comparisons', () => {
      const x = make()
      expect({ slots: [x] }).toEqual({ slots: [x] })
      expect(isDeepStrictEqual(x, x)).toBe(true)
      expect(() => isDeepStrictEqual(x, make())).not.toThrow()
      expect({ slots: [x] }).not.toEqual({ slots: [kernels.fill([3], 3, 'float32')] })
    })

    it('to text and copies', () => {
      const x = make()
      expect(inspect({ deep: [x] }, { depth: Infinity })).toBe('{ deep: [ Tensor [2, 1] float32 ] }')
      expect(JSON.stringify(x).length).toBeLessThan(200)
      expect(structuredClone(x)).toMatchObject({ shape: [2, 1], dtype: 'float32' })
    })

    it('to immer', () => {
      const x = make()
      const next = produce({ slots: [x], step: 1 }, (draft) => {
        draft.step = 2
      })
      expect(next.slots[0]).toBe(x)
      expect(Object.isFrozen(next.slots)).toBe(true)
      kernels.release(x)
      expect(isReleased(x)).toBe(true)
      expect(inspect(x)).toBe('Tensor [2, 1] float32')
    })
  }
)
