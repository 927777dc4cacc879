import {
  backward,
  constant,
  gradientOf,
  type Kernels,
  lift,
  memory,
  mul,
  nested,
  of,
  parameter,
  relu,
  release,
  renew,
  reshape,
  show,
  square,
  sub,
  sum,
  type Tape,
  toArray,
  trace,
  type Traced,
  uniform,
  type Variable
} from 'gradfold'
import { takeKey } from '../../src/tape/tape'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { leftOf, rightOf } from '../support/results'

const live = (kernels: Kernels): number => memory(kernels).tensors

describe.each(kernelSets)('renew on $name', ({ create }) => {
  const kernels = create()

  it('leaves a tape that holds what was returned and nothing else, and the old one as it was', () => {
    onTape(kernels, (empty) => {
      const old = rightOf(parameter(empty, [1, 2], { name: 'w' }))
      const before = show(old.tape)
      const { value, tape } = rightOf(
        renew(old.tape, (inner) =>
          trace(inner, function* (run) {
            const grown = yield* run(mul, old.value, 2)
            return { w: yield* run(parameter, yield* run((at) => lift(at, nested(grown))), { name: 'w' }), n: 1 }
          })
        )
      )
      expect(toArray(tape).map(({ index, operation, path }) => [index, operation, path])).toEqual([
        [0, 'parameter', 'w']
      ])
      expect(rightOf(nested(value.w))).toEqual([2, 4])
      expect(show(old.tape)).toBe(before)
      expect(rightOf(nested(rightOf(relu(old.tape, old.value)).value))).toEqual([1, 2])
      // Neither tape knows the other's.
      expect(leftOf(relu(tape, old.value))._tag).toBe('ForeignVariable')
      expect(leftOf(relu(old.tape, value.w))._tag).toBe('ForeignVariable')
    })
  })

  it('carries what was on the old tape already: both have it, in one tensor', () => {
    onTape(kernels, (empty) => {
      const frozen = rightOf(parameter(empty, [3]))
      const trained = rightOf(parameter(frozen.tape, [4]))
      const old = { frozen: frozen.value, trained: trained.value }
      const next = rightOf(
        renew(trained.tape, (inner) => {
          const updated = rightOf(parameter(inner, [5]))
          return of(updated.tape, { frozen: old.frozen, trained: updated.value })
        })
      )
      expect(next.value.frozen).not.toBe(old.frozen)
      expect(next.value.frozen.needsGradient).toBe(true)
      expect(next.tape.length).toBe(2)
      expect(live(kernels)).toBe(3)
      release(old, next.value)
      expect(live(kernels)).toBe(2)
      expect(leftOf(nested(old.trained))._tag).toBe('Released')
      expect([next.value.frozen, next.value.trained].map((x) => rightOf(nested(x)))).toEqual([[3], [5]])
    })
  })

  it('releases all on a Left, and the old state goes on', () => {
    onTape(kernels, (empty) => {
      const old = rightOf(parameter(empty, [1, 2]))
      const failed = renew(old.tape, (inner) => {
        const y = rightOf(mul(inner, old.value, 2))
        return reshape(y.tape, y.value, [5])
      })
      expect(leftOf(failed)._tag).toBe('InvalidShape')
      expect(live(kernels)).toBe(1)
      expect(rightOf(nested(old.value))).toEqual([1, 2])
      expect(() =>
        renew(old.tape, () => {
          throw new Error('a defect')
        })
      ).toThrow('a defect')
    })
  })

  it('goes on with the key from step to step, and no tape grows', () => {
    onTape(kernels, (empty) => {
      const step = (state: Traced<Variable>): Traced<Variable> => {
        const next = rightOf(
          renew(state.tape, (inner) =>
            trace(inner, function* (run) {
              const noise = yield* run(uniform, [2])
              const loss = yield* run(sum, yield* run(square, yield* run(sub, state.value, noise)))
              const gradients = yield* run((at) => lift(at, backward(at, loss)))
              const slope = yield* run((at) => lift(at, nested(gradients.get(state.value) ?? state.value)))
              expect(show(gradientOf(gradients, state.value))).not.toBe('none')
              return yield* run(parameter, slope)
            })
          )
        )
        release(state.value, next.value)
        return next
      }
      let state = rightOf(parameter(empty, [1, 2]))
      let reference: Tape = state.tape
      for (let i = 0; i < 20; i++) {
        state = step(state)
        reference = takeKey(reference).tape
        expect(state.tape.length).toBe(1)
        expect(live(kernels)).toBe(1)
        expect(takeKey(state.tape).value).toEqual(takeKey(reference).value)
      }
    })
  })

  it('detaches what was computed, and takes constants along', () => {
    onTape(kernels, (empty) => {
      const data = rightOf(constant(empty, 2))
      const w = rightOf(parameter(data.tape, 3))
      const { tape } = rightOf(
        renew(w.tape, (inner) => {
          const y = rightOf(mul(inner, w.value, data.value))
          return of(y.tape, [data.value, y.value])
        })
      )
      expect(toArray(tape).map(({ operation, needsGradient }) => [operation, needsGradient])).toEqual([
        ['constant', false],
        ['detached', false]
      ])
    })
  })
})
