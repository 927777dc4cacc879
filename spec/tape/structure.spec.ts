import { none, some } from 'fp-ts/Option'
import fc from 'fast-check'
import { backward, constant, mul, parameter, referenceKernels, type Tensor, type Variable } from 'gradfold'
import { collectTensors, mapTensors } from '../../src/tape/structure'
import { tensorOf } from '../../src/tape/variable'
import { onTape } from '../support/leaks'
import { rightOf } from '../support/results'
import { runs } from '../support/runs'

class Holder {
  constructor(readonly variable: Variable) {}
}

/** Three variables a, b, c on a tape, and a gradient. */
const withVariables = (
  body: (all: { readonly a: Variable; readonly b: Variable; readonly c: Variable; readonly gradient: Tensor }) => void
): void => {
  onTape(referenceKernels(), (empty) => {
    const a = rightOf(parameter(empty, 1))
    const b = rightOf(constant(a.tape, 2))
    const c = rightOf(mul(b.tape, a.value, b.value))
    const gradient = rightOf(backward(c.tape, c.value)).get(a.value)
    if (gradient !== undefined) body({ a: a.value, b: b.value, c: c.value, gradient })
    expect(gradient).toBeDefined()
  })
}

const same = (variable: Variable): Variable => variable

describe('mapTensors', () => {
  it('replaces variables wherever a plain value can hold them', () => {
    withVariables(({ a, b }) => {
      const swap = (variable: Variable): Variable => (variable === a ? b : variable)
      const model = {
        layer: { _tag: 'Linear', weight: a, size: 3, nothing: undefined, empty: null },
        list: [a, [b, a], 'text'],
        map: new Map<string, unknown>([['w', a], ['n', 1]]), // prettier-ignore
        set: new Set([a, b, 7]),
        option: some(a),
        none
      }
      const next = mapTensors(model, { variable: swap })
      expect(next.layer.weight).toBe(b)
      expect(next.layer).toEqual({ ...model.layer, weight: b })
      expect(Object.keys(next.layer)).toEqual(Object.keys(model.layer))
      expect(next.list[0]).toBe(b)
      expect(next.list[1]).toEqual([b, b])
      expect([...next.map.keys()]).toEqual(['w', 'n'])
      expect(next.map.get('w')).toBe(b)
      expect([...next.set]).toEqual([b, 7])
      expect(next.option._tag === 'Some' && next.option.value).toBe(b)
      // And what it was given is as it was.
      expect(model.layer.weight).toBe(a)
      expect(model.list[0]).toBe(a)
      expect(model.set.has(a)).toBe(true)
    })
  })

  it('gives back the very object where nothing changes, and shares the parts that do not', () => {
    withVariables(({ a, b, gradient }) => {
      const value = {
        left: { weight: a, deep: [{ x: 1 }] },
        right: { weight: b },
        map: new Map([[a, gradient]]),
        set: new Set([b]),
        // NaN is not equal to itself, but the same.
        numbers: { loss: NaN, list: [NaN, -0], map: new Map([[NaN, NaN]]), set: new Set([NaN]) }
      }
      expect(mapTensors(value, { variable: same })).toBe(value)
      expect(mapTensors(value, { variable: same, key: same, tensor: (tensor) => tensor })).toBe(value)
      const next = mapTensors(value, { variable: (variable) => (variable === a ? b : variable) })
      expect(next).not.toBe(value)
      expect(next.left.deep).toBe(value.left.deep)
      expect(next.right).toBe(value.right)
      expect(next.set).toBe(value.set)
      // Keys are named by `key` alone.
      expect(next.map).toBe(value.map)
    })
  })

  it('changes tensors, and keys of maps that are variables, where it is asked to', () => {
    withVariables(({ a, b, c, gradient }) => {
      const gradients = new Map<unknown, unknown>([[a, gradient], ['a', a]]) // prettier-ignore
      const key = (variable: Variable): Variable => (variable === a ? b : variable)
      const renamed = mapTensors(gradients, { variable: same, key })
      expect([...renamed.keys()]).toEqual([b, 'a'])
      expect(renamed.get(b)).toBe(gradient)
      expect(renamed.get('a')).toBe(a)
      const other = tensorOf(c)
      const replaced = mapTensors(gradients, { variable: same, tensor: () => other })
      expect(replaced.get(a)).toBe(other)
      expect(mapTensors({ deep: [gradient] }, { variable: same, tensor: () => other }).deep[0]).toBe(other)
    })
  })

  it('leaves instances of other classes, functions and primitives alone', () => {
    withVariables(({ a, b }) => {
      const holder = new Holder(a)
      const never = (): Variable => b
      for (const value of [
        holder,
        new Date(0),
        Float32Array.of(1),
        Promise.resolve(a),
        () => a,
        7,
        'a',
        null,
        undefined
      ]) {
        expect(mapTensors(value, { variable: never })).toBe(value)
      }
      expect(mapTensors({ holder, a }, { variable: never })).toEqual({ holder, a: b })
      expect(mapTensors({ holder, a }, { variable: never }).holder).toBe(holder)
    })
  })

  it('takes records without a prototype, frozen ones, and keeps keys that are symbols', () => {
    withVariables(({ a, b }) => {
      const symbol = Symbol('kept')
      const bare: Record<PropertyKey, unknown> = { __proto__: null, a, [symbol]: 'kept', hidden: a }
      const frozen = Object.freeze({ a, list: Object.freeze([a]) })
      const next = mapTensors({ bare, frozen }, { variable: () => b })
      expect(next.bare['a']).toBe(b)
      expect(next.bare['hidden']).toBe(b)
      expect(next.bare[symbol]).toBe('kept')
      expect(next.frozen.list[0]).toBe(b)
    })
  })

  it('is the identity on any plain value without variables', () => {
    fc.assert(
      fc.property(
        fc.anything({ withMap: true, withSet: true, withTypedArray: true, withNullPrototype: true }),
        (value) => {
          expect(mapTensors(value, { variable: same })).toBe(value)
        }
      ),
      { numRuns: runs(100) }
    )
  })
})

describe('collectTensors', () => {
  it('finds each once, and not the keys of maps', () => {
    withVariables(({ a, b, c, gradient }) => {
      const value = { x: [a, a], y: new Set([a]), gradients: new Map([[c, gradient]]), z: { again: gradient, b } }
      const { variables, tensors } = collectTensors(value)
      expect([...variables]).toEqual([a, b])
      expect([...tensors]).toEqual([gradient])
      expect(collectTensors(new Holder(a)).variables.size).toBe(0)
      expect(collectTensors(undefined).tensors.size).toBe(0)
    })
  })
})
