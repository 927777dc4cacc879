/** Learning rates by step: their laws, edges and errors; spec/golden holds them against PyTorch's. */
import fc from 'fast-check'
import {
  cosineDecay,
  cosineRestarts,
  exponentialDecay,
  type LearningRate,
  oneCycle,
  rateAt,
  stepDecay,
  warmUp
} from 'gradfold'
import { leftOf, rightOf } from '../support/results'
import { runs } from '../support/runs'

const rate = (schedule: LearningRate, step: number): number => rightOf(rateAt(schedule, step))

const rates = fc.double({ min: 0, max: 1, noNaN: true })
const counts = fc.integer({ min: 1, max: 200 })
const steps = fc.nat(1000)

describe('a learning rate', () => {
  it('of one number is that number', () => {
    expect([0, 1, 1e6].map((step) => rate(0.5, step))).toEqual([0.5, 0.5, 0.5])
  })

  it('may be any function of the step', () => {
    expect([0, 1, 3].map((step) => rate((at) => 1 / (at + 1), step))).toEqual([1, 0.5, 0.25])
  })

  it('is a plain record that survives JSON', () => {
    const schedules = [
      stepDecay({ learningRate: 0.5, stepSize: 3 }),
      exponentialDecay({ learningRate: 0.5, gamma: 0.9 }),
      cosineDecay({ learningRate: 0.5, steps: 10 }),
      cosineRestarts({ learningRate: 0.5, steps: 10 }),
      oneCycle({ maximum: 0.5, steps: 10 }),
      warmUp(cosineDecay({ learningRate: 0.5, steps: 10 }), 3)
    ]
    expect(JSON.parse(JSON.stringify(schedules))).toEqual(schedules)
  })
})

describe('laws', () => {
  it('stepDecay keeps each rate for its steps, then multiplies it', () => {
    fc.assert(
      fc.property(rates, counts, rates, fc.nat(5), (learningRate, stepSize, gamma, part) => {
        const schedule = stepDecay({ learningRate, stepSize, gamma })
        const first = rate(schedule, part * stepSize)
        expect(rate(schedule, (part + 1) * stepSize - 1)).toBe(first)
        expect(rate(schedule, (part + 1) * stepSize)).toBeCloseTo(first * gamma, 12)
      }),
      { numRuns: runs(50) }
    )
  })

  it('exponentialDecay multiplies at each step', () => {
    fc.assert(
      fc.property(rates, rates, steps, (learningRate, gamma, step) => {
        const schedule = exponentialDecay({ learningRate, gamma })
        expect(rate(schedule, step + 1)).toBeCloseTo(gamma * rate(schedule, step), 12)
      }),
      { numRuns: runs(50) }
    )
  })

  it('cosineDecay is symmetric about its middle, and comes back after twice its steps', () => {
    fc.assert(
      fc.property(rates, rates, counts, fc.nat(200), (learningRate, minimum, count, step) => {
        const at = step % (count + 1)
        const schedule = cosineDecay({ learningRate, minimum, steps: count })
        expect(rate(schedule, at) + rate(schedule, count - at)).toBeCloseTo(learningRate + minimum, 12)
        expect(rate(schedule, at + 2 * count)).toBeCloseTo(rate(schedule, at), 10)
      }),
      { numRuns: runs(50) }
    )
  })

  it('cosineRestarts is a cosineDecay in each of its periods', () => {
    fc.assert(
      fc.property(rates, fc.integer({ min: 1, max: 20 }), fc.constantFrom(1, 2, 3), (learningRate, count, tMult) => {
        const schedule = cosineRestarts({ learningRate, steps: count, tMult })
        let start = 0
        for (let period = 0, length = count; period < 4; period++, length *= tMult) {
          const decay = cosineDecay({ learningRate, steps: length })
          for (const at of [0, Math.floor(length / 2), length - 1]) {
            expect(rate(schedule, start + at)).toBeCloseTo(rate(decay, at), 12)
          }
          start += length
        }
      }),
      { numRuns: runs(30) }
    )
  })

  it('oneCycle rises to its maximum and falls, and stays where it ends', () => {
    const share = fc.double({ min: 0.1, max: 0.5, noNaN: true })
    const kinds = fc.constantFrom<'cosine' | 'linear'>('cosine', 'linear')
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 200 }),
        share,
        kinds,
        fc.boolean(),
        (count, pctStart, annealing, three) => {
          const schedule = oneCycle({ maximum: 0.5, steps: count, pctStart, annealing, threePhase: three })
          const all = Array.from({ length: count + 10 }, (_, step) => rate(schedule, step))
          const top = all.indexOf(Math.max(...all))
          const isSorted = (numbers: ReadonlyArray<number>): boolean =>
            numbers.every((number, i) => i === 0 || number >= numbers[i - 1]! - 1e-12)
          expect(all[0]).toBeCloseTo(0.02, 12)
          expect(Math.max(...all)).toBeLessThanOrEqual(0.5 + 1e-12)
          expect(isSorted(all.slice(0, top + 1)) && isSorted(all.slice(top).reverse())).toBe(true)
          expect(Math.abs(top - (pctStart * count - 1))).toBeLessThanOrEqual(1)
          expect(all.slice(count - 1)).toEqual(new Array(11).fill(all[count - 1]))
          expect(all[count - 1]).toBeCloseTo(0.02 / 1e4, 12)
        }
      ),
      { numRuns: runs(50) }
    )
  })

  it('oneCycle of one step has the last rate, and of a rise that takes no time the highest', () => {
    expect(rate(oneCycle({ maximum: 1, steps: 1 }), 0)).toBeCloseTo(1 / 25 / 1e4, 15)
    expect(rate(oneCycle({ maximum: 1, steps: 10, pctStart: 0.1 }), 0)).toBe(1)
  })

  it('warmUp rises along a line, and then is its schedule, later', () => {
    fc.assert(
      fc.property(rates, counts, rates, steps, (learningRate, count, startFactor, step) => {
        const inner = exponentialDecay({ learningRate, gamma: 0.99 })
        const schedule = warmUp(inner, count, { startFactor })
        expect(rate(schedule, count + step)).toBe(rate(inner, step))
        const at = step % count
        const expected = learningRate * (startFactor + (1 - startFactor) * (at / count))
        expect(rate(schedule, at)).toBeCloseTo(expected, 12)
      }),
      { numRuns: runs(50) }
    )
  })

  it('warmUp of no steps is its schedule, and it may be of another warmUp', () => {
    expect(rate(warmUp(0.5, 0), 0)).toBe(0.5)
    const twice = warmUp(warmUp(1, 2, { startFactor: 0.5 }), 2, { startFactor: 0 })
    expect([0, 1, 2, 3, 4].map((step) => rate(twice, step))).toEqual([0, 0.25, 0.5, 0.75, 1])
  })
})

describe('errors', () => {
  it.each<readonly [LearningRate, string, string]>([
    [-1, 'rateAt', 'learningRate'],
    [() => -1, 'rateAt', 'learningRate'],
    [() => NaN, 'rateAt', 'learningRate'],
    [() => Infinity, 'rateAt', 'learningRate'],
    [stepDecay({ learningRate: -1, stepSize: 1 }), 'stepDecay', 'learningRate'],
    [stepDecay({ learningRate: 1, stepSize: 0 }), 'stepDecay', 'stepSize'],
    [stepDecay({ learningRate: 1, stepSize: 1.5 }), 'stepDecay', 'stepSize'],
    [stepDecay({ learningRate: 1, stepSize: 1, gamma: 1.5 }), 'stepDecay', 'gamma'],
    [exponentialDecay({ learningRate: 1, gamma: 1.5 }), 'exponentialDecay', 'gamma'],
    [exponentialDecay({ learningRate: NaN, gamma: 1 }), 'exponentialDecay', 'learningRate'],
    [cosineDecay({ learningRate: 1, steps: 0 }), 'cosineDecay', 'steps'],
    [cosineDecay({ learningRate: 1, steps: 1, minimum: -1 }), 'cosineDecay', 'minimum'],
    [cosineRestarts({ learningRate: 1, steps: 1, tMult: 0 }), 'cosineRestarts', 'tMult'],
    [cosineRestarts({ learningRate: 1, steps: 1.5 }), 'cosineRestarts', 'steps'],
    [oneCycle({ maximum: -1, steps: 1 }), 'oneCycle', 'maximum'],
    [oneCycle({ maximum: 1, steps: 0 }), 'oneCycle', 'steps'],
    [oneCycle({ maximum: 1, steps: 1, pctStart: 1.5 }), 'oneCycle', 'pctStart'],
    [oneCycle({ maximum: 1, steps: 1, pctStart: 0.75, threePhase: true }), 'oneCycle', 'pctStart'],
    [oneCycle({ maximum: 1, steps: 1, divFactor: 0 }), 'oneCycle', 'divFactor'],
    [oneCycle({ maximum: 1, steps: 1, finalDivFactor: 0 }), 'oneCycle', 'finalDivFactor'],
    [{ ...oneCycle({ maximum: 1, steps: 1 }), annealing: JSON.parse('"steep"') as 'linear' }, 'oneCycle', 'annealing'],
    [warmUp(1, -1), 'warmUp', 'steps'],
    [warmUp(1, 1, { startFactor: 2 }), 'warmUp', 'startFactor'],
    [warmUp(stepDecay({ learningRate: 1, stepSize: 0 }), 5), 'stepDecay', 'stepSize']
  ])('%p is refused by %s for its %s', (schedule, operation, argument) => {
    expect(leftOf(rateAt(schedule, 0))).toMatchObject({ _tag: 'InvalidArgument', operation, argument })
  })

  it('a function that gives no rate is told with its step', () => {
    expect(leftOf(rateAt((step) => 1 - step, 2)).message).toBe(
      'rateAt needs learningRate from 0 up and finite, but as a function of the step it gave -1 at step 2. Steps count ' +
        'updates from 0: does it divide by the step, or go on falling below 0?'
    )
  })

  it.each([-1, 0.5, NaN])('step %p is refused', (step) => {
    expect(leftOf(rateAt(1, step))).toMatchObject({ _tag: 'InvalidArgument', operation: 'rateAt', argument: 'step' })
  })
})
