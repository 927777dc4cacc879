import {
  add,
  backward,
  constant,
  type Kernels,
  lift,
  memory,
  mul,
  nested,
  of,
  parameter,
  reshape,
  scope,
  scopeAsync,
  sum,
  toArray,
  trace,
  uniform
} from 'gradfold'
import { takeKey } from '../../src/tape/tape'
import { kernelSets } from '../support/kernelSets'
import { onTapeAsync } from '../support/leaksAsync'
import { leftOf, rightOf } from '../support/results'

const live = (kernels: Kernels): number => memory(kernels).tensors

/** Lets all that waits go on once. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe.each(kernelSets)('scopeAsync on $name', ({ create }) => {
  const shared = create()

  it('releases what was made before and after each await, and keeps what is returned', async () => {
    await onTapeAsync(shared, async (empty) => {
      const result = await scopeAsync(empty, async (inner) => {
        const x = rightOf(parameter(inner, [1, 2], { name: 'x' }))
        await turn()
        const y = rightOf(mul(x.tape, x.value, 3))
        await turn()
        const loss = rightOf(sum(y.tape, y.value))
        const gradients = rightOf(backward(loss.tape, loss.value))
        return of(loss.tape, { x: x.value, gradients })
      })
      const { value, tape } = rightOf(result)
      expect(live(shared)).toBe(2)
      expect(rightOf(nested(value.x))).toEqual([1, 2])
      expect([...value.gradients.keys()]).toEqual([value.x])
      expect(toArray(tape).map(({ operation, path }) => [operation, path])).toEqual([['parameter', 'x']])
    })
  })

  it('releases everything on a Left and on a rejection', async () => {
    await onTapeAsync(shared, async (empty) => {
      const outside = rightOf(constant(empty, [1, 2]))
      const failed = await scopeAsync(outside.tape, async (inner) => {
        const x = rightOf(mul(inner, outside.value, 2))
        await turn()
        return reshape(x.tape, x.value, [3])
      })
      expect(leftOf(failed)._tag).toBe('InvalidShape')
      expect(live(shared)).toBe(1)

      const defect = new Error('a defect of the program')
      await expect(
        scopeAsync(outside.tape, async (inner) => {
          rightOf(uniform(inner, [10]))
          await turn()
          throw defect
        })
      ).rejects.toBe(defect)
      // A body that throws before it returns a promise is no different.
      await expect(
        scopeAsync(outside.tape, (inner) => {
          rightOf(uniform(inner, [10]))
          throw defect
        })
      ).rejects.toBe(defect)
      expect(live(shared)).toBe(1)
      expect(rightOf(nested(outside.value))).toEqual([1, 2])
    })
  })

  it('two of them, interleaved, release each its own', async () => {
    await onTapeAsync(shared, async (empty) => {
      const outside = rightOf(constant(empty, 10))
      const counts: number[] = []
      const work = (factor: number, turns: number) =>
        scopeAsync(outside.tape, async (inner) => {
          let at = rightOf(mul(inner, outside.value, factor))
          for (let i = 0; i < turns; i++) {
            await turn()
            at = rightOf(add(at.tape, at.value, outside.value))
            counts.push(live(shared))
          }
          return of(at.tape, at.value)
        })
      const short = work(2, 2)
      const long = work(3, 5)
      expect(rightOf(nested(rightOf(await short).value))).toBe(40)
      // The short one has ended, the long one goes on with all that it has.
      const between = live(shared)
      expect(rightOf(nested(rightOf(await long).value))).toBe(80)
      expect(between).toBeGreaterThan(2)
      expect(Math.max(...counts)).toBeGreaterThan(between)
      expect(live(shared)).toBe(3)
    })
  })

  it('has a scope inside that ends while it waits, and goes on with the key', async () => {
    await onTapeAsync(shared, async (empty) => {
      const result = await scopeAsync(empty, async (middle) => {
        const drawn = rightOf(uniform(middle, [3]))
        const inner = scope(drawn.tape, (tape) =>
          trace(tape, function* (run) {
            const noise = yield* run(uniform, [3])
            return yield* run((at) => lift(at, nested(rightOf(add(at, noise, drawn.value)).value)))
          })
        )
        const before = live(shared)
        await turn()
        expect([before, live(shared)]).toEqual([1, 1])
        return inner
      })
      const { tape } = rightOf(result)
      expect(live(shared)).toBe(0)
      const twice = takeKey(takeKey(empty).tape).tape
      expect(takeKey(tape).value).toEqual(takeKey(twice).value)
    })
  })
})
