import fc from 'fast-check'
import { constant, type HostTensor, type Input, read, referenceKernels } from 'gradfold'
import { shapes, type TensorKind, tensors } from 'gradfold/testing'
import { hostTensor } from '../../../src/testing/generators/hostTensor'
import { onTape } from '../../support/leaks'
import { rightOf } from '../../support/results'
import { runs } from '../../support/runs'
import { evaluated } from './evaluated'
import { seeds, shrunk } from './shrunk'

const kinds: ReadonlyArray<TensorKind> = ['plain', 'nearKinks', 'extreme', 'special', 'any']
const dtypes = ['float32', 'int32', 'bool'] as const
const every = dtypes.flatMap((dtype) => kinds.map((kind) => ({ dtype, kind })))

const numbersIn = (x: HostTensor): ReadonlyArray<number> => Array.from(x.values)
const sampled = (settings: Parameters<typeof tensors>[0]): ReadonlyArray<number> =>
  fc.sample(tensors(settings), 1000).flatMap(numbersIn)
const isInput = (value: unknown): value is Input => typeof value === 'object' && value !== null && 'values' in value

describe('tensors', () => {
  it.each(every)('are of $dtype, $kind, with as many numbers as their shape asks for', ({ dtype, kind }) => {
    const arrays = { float32: Float64Array, int32: Int32Array, bool: Uint8Array }
    for (const x of fc.sample(tensors({ dtype, kind }), 200)) {
      expect(x.dtype).toBe(dtype)
      expect(x.values).toBeInstanceOf(arrays[dtype])
      expect(x.values).toHaveLength(x.shape.reduce((product, n) => product * n, 1))
    }
  })

  it('have the shape that is given, or one of those that are generated', () => {
    expect(fc.sample(tensors({ shape: [2, 3] }), 20).map(({ shape }) => shape)).toEqual(
      new Array<unknown>(20).fill([2, 3])
    )
    const of = shapes({ minRank: 2, maxRank: 2, minSize: 4 })
    expect(fc.sample(tensors({ shape: of }), 20).every(({ shape: [n = 0, m = 0] }) => n >= 4 && m >= 4)).toBe(true)
  })

  it('are plain by default: between 1/4 and 4, of few digits, and all different', () => {
    const all = fc.sample(tensors(), 1000)
    for (const x of all) expect(new Set(x.values).size).toBe(x.values.length)
    const numbers = all.flatMap(numbersIn)
    expect(numbers.filter((x) => !(Math.abs(x) >= 0.25 && Math.abs(x) <= 4) || x * 64 !== Math.round(x * 64))).toEqual(
      []
    )
    expect(numbers).toEqual(expect.arrayContaining([-4, -1, -0.25, 0.25, 1, 4]))
    expect(new Set(numbers).size).toBe(482)
  })

  it('may be plain and large: then numbers come twice', () => {
    const [x] = fc.sample(tensors({ shape: [50, 50] }), 1)
    expect(new Set(x?.values).size).toBeGreaterThan(300)
  })

  it('are near kinks: at 0, 1 and -1, beside them, and often tied', () => {
    const all = fc.sample(tensors({ kind: 'nearKinks' }), 1000)
    const numbers = new Set(all.flatMap(numbersIn))
    const wanted = [0, 1, -1].flatMap((x) => [x, x + 2 ** -23, x - 2 ** -23, x + 1e-9, x - 1e-9, x + 1e-3, x - 1e-3])
    for (const x of [...wanted, Number.MIN_VALUE, -Number.MIN_VALUE, 1 + 2 ** -52]) expect(numbers).toContain(x)
    const far = [...numbers].filter(
      (x) => Math.min(...[0, 1, -1, 2, -2.5].map((kink) => Math.abs(x - kink))) > 1.001e-3
    )
    expect(far).toEqual([])
    const tied = all.filter(({ values }) => values.length < 5 && new Set(values).size < values.length)
    expect(tied.length).toBeGreaterThan(0)
  })

  it('are extreme: finite float32 numbers up to the ends of the range, and denormal ones', () => {
    const numbers = sampled({ kind: 'extreme' })
    expect(numbers.filter((x) => !Number.isFinite(x) || x !== Math.fround(x))).toEqual([])
    const largest = (2 - 2 ** -23) * 2 ** 127
    const named = [largest, -largest, 2 ** -126, 2 ** -149, -(2 ** -149), Math.fround(1e30)]
    expect(numbers).toEqual(expect.arrayContaining(named))
    expect(Math.max(...numbers)).toBe(largest)
  })

  it('are special: NaN, Infinity, -Infinity and -0, among plain numbers', () => {
    const numbers = sampled({ kind: 'special' })
    expect(numbers).toEqual(expect.arrayContaining([NaN, Infinity, -Infinity, -0, 1, -1]))
    expect(numbers.some((x) => Object.is(x, 0))).toBe(false)
  })

  it('are of any kind, but each of one', () => {
    const all = fc.sample(tensors({ kind: 'any' }), 1000)
    const has = (x: HostTensor, test: (n: number) => boolean): boolean => x.values.some(test)
    const [special, huge, zero] = [Number.isNaN, (x: number) => x > 1e20 && x < Infinity, (x: number) => x === 0]
    for (const test of [special, huge, zero, (x: number) => x === 1.5]) {
      expect(all.some((x) => has(x, test))).toBe(true)
    }
    expect(all.some((x) => has(x, special) && has(x, huge))).toBe(false)
  })

  it('of int32 are plain, tied, or at the ends of the range', () => {
    expect(Math.max(...sampled({ dtype: 'int32' }).map(Math.abs))).toBe(100)
    expect(new Set(sampled({ dtype: 'int32', kind: 'nearKinks' }))).toEqual(new Set([-2, -1, 0, 1, 2]))
    for (const kind of ['extreme', 'special'] as const) {
      expect(sampled({ dtype: 'int32', kind })).toEqual(expect.arrayContaining([2 ** 31 - 1, -(2 ** 31), 46341]))
    }
  })

  it.each(every)('of $dtype, $kind, print themselves as what constant takes', ({ dtype, kind }) => {
    fc.assert(
      fc.property(tensors({ dtype, kind }), (x) => {
        const input = evaluated(fc.stringify(x))
        if (!isInput(input)) throw new Error(`${fc.stringify(x)} is no input`)
        onTape(referenceKernels(), (tape) => {
          expect(rightOf(read(rightOf(constant(tape, input)).value))).toEqual(x)
        })
      }),
      { numRuns: runs(20) }
    )
  })

  it('print themselves as TypeScript', () => {
    expect(fc.stringify(hostTensor([2], [1, -0.5]))).toBe('{ shape: [2], values: [1, -0.5] }')
    expect(fc.stringify([hostTensor([], [3], 'int32')])).toBe("[{ shape: [], dtype: 'int32', values: [3] }]")
    const special = hostTensor([2, 3], [NaN, Infinity, -Infinity, -0, 0.1, 2 ** -149])
    expect(fc.stringify(special)).toBe(
      '{ shape: [2, 3], values: [NaN, Infinity, -Infinity, -0, 0.1, 1.401298464324817e-45] }'
    )
    // A copy with other numbers does not print these.
    expect(fc.stringify({ ...hostTensor([1], [1]), values: Float64Array.of(2) })).toContain('2')
  })

  it.each(seeds)('shrink to the smallest shape and the simplest numbers that fail, from seed %i', (seed) => {
    const text = (settings: Parameters<typeof tensors>[0], fails: (x: HostTensor) => boolean): string =>
      fc.stringify(shrunk(tensors(settings), fails, seed))
    const has =
      (test: (n: number) => boolean) =>
      (x: HostTensor): boolean =>
        x.values.some(test)

    expect(text({}, () => true)).toBe('{ shape: [], values: [1] }')
    expect(text({ dtype: 'int32' }, () => true)).toBe("{ shape: [], dtype: 'int32', values: [0] }")
    expect(text({ dtype: 'bool' }, () => true)).toBe("{ shape: [], dtype: 'bool', values: [0] }")
    expect(text({}, (x) => x.values.length === 0)).toBe('{ shape: [0], values: [] }')
    expect(text({}, (x) => x.shape.length === 1 && x.values.length > 2)).toBe('{ shape: [3], values: [1, 2, 3] }')
    expect(text({ shape: [2, 2] }, () => true)).toBe('{ shape: [2, 2], values: [1, 2, 3, 4] }')
    expect(
      text(
        {},
        has((n) => n > 2)
      )
    ).toBe('{ shape: [], values: [3] }')
    expect(
      text(
        {},
        has((n) => n < -2 && n % 1 !== 0)
      )
    ).toBe('{ shape: [], values: [-2.5] }')
    expect(text({ kind: 'special' }, has(Number.isNaN))).toBe('{ shape: [], values: [NaN] }')
    expect(text({ kind: 'any' }, () => true)).toBe('{ shape: [], values: [1] }')
    const isTied = ({ values }: HostTensor): boolean => new Set(values).size < values.length
    expect(text({ kind: 'nearKinks' }, isTied)).toBe('{ shape: [2], values: [0, 0] }')
  })
})
