import { inspect, isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { produce } from 'immer'
import {
  constant,
  edit,
  parameter,
  referenceKernels,
  relu,
  shapesKernels,
  startTape,
  type Tape,
  type Variable
} from 'gradfold'
import { noDerivative, type Primitive } from '../../src/tape/primitive'
import { push, topOf } from '../../src/tape/tape'
import { inputsOf, isBelow, previousOf, tensorOf } from '../../src/tape/variable'
import { onTape } from '../support/leaks'
import { rightOf } from '../support/results'
import { runs } from '../support/runs'

const step: Primitive<object> = {
  name: 'step',
  saves: 'none',
  rule: () => {
    throw new Error('is pushed, not recorded')
  },
  run: () => {
    throw new Error('is pushed, not recorded')
  },
  derivative: noDerivative
}

/** `tape` with so many more entries; they share one tensor. */
const grown = (tape: Tape, from: Variable, entries: number): { readonly tape: Tape; readonly value: Variable } => {
  let at = { tape, value: from }
  for (let i = 0; i < entries; i++) at = push(at.tape, step, {}, [at.value], tensorOf(from), true)
  return at
}

const isReached = (top: Variable | undefined, variable: Variable): boolean => {
  let at = top
  while (at !== undefined && at !== variable) at = previousOf(at)
  return at === variable
}

describe('isBelow', () => {
  it('agrees with walking down, for any two entries of any tree of forks', () => {
    // Entry i grows from the tape that ended with an earlier entry, or from an empty one.
    const tree = fc.array(fc.nat(), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(tree, (choices) => {
        onTape(shapesKernels(), (empty) => {
          const tensor = tensorOf(rightOf(constant(empty, 1)).value)
          const tapes: Tape[] = [empty]
          const entries = choices.map((choice) => {
            // Often the newest, so that branches grow long.
            const from = choice % 3 === 0 ? tapes[choice % tapes.length] : tapes.at(-1)
            const next = push(from ?? empty, step, {}, [], tensor, false)
            tapes.push(next.tape)
            return next.value
          })
          for (const tape of tapes) {
            for (const entry of entries) expect(isBelow(topOf(tape), entry)).toBe(isReached(topOf(tape), entry))
          }
        })
      }),
      { numRuns: runs(60) }
    )
  })

  it('looks at a number of entries that is logarithmic in the depth', () => {
    onTape(shapesKernels(), (empty) => {
      const depth = 100_000
      const bottom = rightOf(constant(empty, 1))
      const { tape } = grown(bottom.tape, bottom.value, depth - 1)
      const entries: Variable[] = []
      let looks = 0
      for (let at = topOf(tape); at !== undefined; at = previousOf(at)) {
        const { index } = at
        entries.push(at)
        const counted = (): number => {
          looks++
          return index
        }
        Object.defineProperty(at, 'index', { get: counted })
      }
      // Myers 1983: at most 3 log2(n + 1) - 2 links; each step looks at two entries, and a few looks come before.
      const most = 2 * (3 * Math.log2(depth + 1) - 2) + 3
      let worst = 0
      for (const entry of [
        ...entries.slice(0, 300),
        ...entries.slice(-300),
        ...entries.filter((_, i) => i % 211 === 0)
      ]) {
        looks = 0
        expect(isBelow(topOf(tape), entry)).toBe(true)
        worst = Math.max(worst, looks)
      }
      expect(worst).toBeGreaterThan(10)
      expect(worst).toBeLessThanOrEqual(most)
    })
  })

  it('is false of an entry with the same place on another tape', () => {
    onTape(referenceKernels(), (empty) => {
      const one = rightOf(constant(empty, 1))
      const other = rightOf(constant(empty, 1))
      expect(isBelow(topOf(one.tape), other.value)).toBe(false)
      expect(isBelow(undefined, one.value)).toBe(false)
      expect(isBelow(topOf(one.tape), rightOf(relu(one.tape, one.value)).value)).toBe(false)
    })
  })
})

describe('a variable', () => {
  it('knows its place, what it was computed from, its path and whether gradients flow', () => {
    onTape(referenceKernels(), (empty) => {
      const x = rightOf(parameter(empty, [1, -2], { name: 'x' }))
      const y = rightOf(relu(x.tape, x.value))
      expect([x.value.index, y.value.index]).toEqual([0, 1])
      expect(inputsOf(y.value)).toEqual([x.value])
      expect(inputsOf(y.value)[0]).toBe(x.value)
      expect([x.value.path, y.value.path]).toEqual(['x', ''])
      expect([x.value.needsGradient, y.value.needsGradient]).toEqual([true, true])
      expect([y.value.shape, y.value.dtype]).toEqual([[2], 'float32'])
      expect(inspect(y.value)).toBe('Variable relu [2] float32')
    })
  })
})

describe('a variable on a deep tape is opaque', () => {
  const depth = 100_000
  // Without data and without specs that fail on leaks: it is the depth that counts here.
  const tape = startTape(shapesKernels())
  const bottom = rightOf(parameter(tape, [1, 2]))
  const top = grown(bottom.tape, bottom.value, depth)
  const twin = grown(bottom.tape, bottom.value, depth)

  it('to deep comparisons', () => {
    expect({ weight: top.value }).toEqual({ weight: top.value })
    expect({ weight: top.value }).toEqual({ weight: twin.value })
    expect({ weight: top.value }).not.toEqual({ weight: bottom.value })
    expect(isDeepStrictEqual([top.value, top.tape], [twin.value, top.tape])).toBe(true)
  })

  it('to text and copies', () => {
    expect(inspect({ layer: { weight: top.value } }, { depth: Infinity })).toBe(
      '{ layer: { weight: Variable step [2] float32 } }'
    )
    expect(inspect(top.tape)).toBe('Tape of 100001 entries on shapes, training')
    expect(JSON.stringify(top.value).length).toBeLessThan(200)
    expect(JSON.stringify(top.tape)).toBe('{}')
    expect(fc.stringify(top.value).length).toBeLessThan(500)
    // A primitive holds functions, so there is no clone; but no overflow either.
    expect(() => structuredClone(top.value)).toThrow('could not be cloned')
    expect(structuredClone(top.tape)).toEqual({})
  })

  it('to immer, which neither copies nor freezes it', () => {
    const model = { name: 'a', layers: [{ weight: top.value }], tape: top.tape }
    const next = produce(model, (draft) => {
      draft.name = 'b'
    })
    expect(next).toMatchObject({ name: 'b' })
    expect(next.layers[0]?.weight).toBe(top.value)
    expect(next.tape).toBe(top.tape)
    expect(Object.isFrozen(next)).toBe(true)
    expect(Object.isFrozen(top.value)).toBe(false)

    const edited = edit({ layers: [{ weight: top.value }, { weight: twin.value }] }, (draft) => {
      draft.layers.reverse()
    })
    expect(edited.layers[0]?.weight).toBe(twin.value)
    expect(edited.layers[1]?.weight).toBe(top.value)
  })
})
