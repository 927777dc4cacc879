import { isLeft, isRight } from 'fp-ts/Either'
import * as initializers from '../../src/random/initializers'
import { childKey } from '../../src/random/key'
import { kolmogorovDistance, kolmogorovLimit, momentsOf, normalDistribution } from '../support/statistics'

const { checkInitializer, initialValues, heNormal, heUniform, lecunNormal, lecunUniform } = initializers
const { ones, xavierNormal, xavierUniform, zeros } = initializers

const key = { high: 0, low: 21 }
const fans = { fanIn: 300, fanOut: 100 }
const shape = [fans.fanOut, fans.fanIn]
const n = fans.fanOut * fans.fanIn

describe('initialValues', () => {
  it.each([
    { name: 'xavierUniform', initializer: xavierUniform, bound: Math.sqrt(6 / 400) },
    { name: 'heUniform', initializer: heUniform, bound: Math.sqrt(6 / 300) },
    { name: 'lecunUniform', initializer: lecunUniform, bound: Math.sqrt(3 / 300) }
  ])('$name is uniform in +-$bound', ({ initializer, bound }) => {
    const values = initialValues(initializer, key, shape, fans)
    expect(values).toHaveLength(n)
    expect(values.every((value) => Math.abs(value) <= bound && Math.fround(value) === value)).toBe(true)
    expect(kolmogorovDistance(values, (x) => (x + bound) / (2 * bound))).toBeLessThan(kolmogorovLimit(n))
    expect(Math.max(...values)).toBeGreaterThan(0.999 * bound)
  })

  it.each([
    { name: 'xavierNormal', initializer: xavierNormal, std: Math.sqrt(2 / 400) },
    { name: 'heNormal', initializer: heNormal, std: Math.sqrt(2 / 300) },
    { name: 'lecunNormal', initializer: lecunNormal, std: Math.sqrt(1 / 300) }
  ])('$name is normal with deviation $std', ({ initializer, std }) => {
    const values = initialValues(initializer, key, shape, fans)
    expect(values).toHaveLength(n)
    expect(values.every((value) => Math.fround(value) === value)).toBe(true)
    expect(kolmogorovDistance(values, (x) => normalDistribution(x / std))).toBeLessThan(kolmogorovLimit(n))
    expect(Math.abs(momentsOf(values).variance / std ** 2 - 1)).toBeLessThan(4 * Math.sqrt(2 / n))
  })

  it('takes a scale and a mode of the user', () => {
    const initializer = { _tag: 'VarianceScaling', scale: 3, mode: 'fanOut', distribution: 'normal' } as const
    const { variance } = momentsOf(initialValues(initializer, key, shape, fans))
    expect(Math.abs(variance / (3 / 100) - 1)).toBeLessThan(4 * Math.sqrt(2 / n))
  })

  it('is the float32 of a constant everywhere', () => {
    expect([...initialValues(zeros, key, [2, 2], fans)]).toEqual([0, 0, 0, 0])
    expect([...initialValues(ones, key, [3], fans)]).toEqual([1, 1, 1])
    expect([...initialValues({ _tag: 'Constant', value: 0.1 }, key, [], fans)]).toEqual([Math.fround(0.1)])
  })

  it.each([
    { shape: [0, 5], fans: { fanIn: 5, fanOut: 0 } },
    { shape: [5, 0], fans: { fanIn: 0, fanOut: 5 } },
    { shape: [0, 0], fans: { fanIn: 0, fanOut: 0 } }
  ])('of shape $shape is empty', ({ shape: empty, fans: none }) => {
    for (const initializer of [zeros, xavierUniform, xavierNormal, heUniform, lecunNormal]) {
      expect(initialValues(initializer, key, empty, none)).toHaveLength(0)
    }
  })

  it('counts a fan of 0 as 1, so that a bias without inputs is finite', () => {
    const values = initialValues(lecunUniform, key, [1000], { fanIn: 0, fanOut: 1000 })
    expect(values.every((value) => Math.abs(value) <= Math.sqrt(3))).toBe(true)
  })

  it('is pure, and differs between keys', () => {
    const values = initialValues(heNormal, key, shape, fans)
    expect(initialValues(heNormal, key, shape, fans)).toEqual(values)
    const others = initialValues(heNormal, childKey(key, 0), shape, fans)
    expect(others.filter((value, i) => value === values[i]).length).toBeLessThan(5)
  })
})

describe('checkInitializer', () => {
  it('takes the named ones', () => {
    const named = [zeros, ones, xavierUniform, xavierNormal, heUniform, heNormal, lecunUniform, lecunNormal]
    for (const initializer of named) expect(isRight(checkInitializer('linear', initializer))).toBe(true)
  })

  it.each([Number.NaN, Infinity, 1e39])('refuses the constant %p', (value) => {
    const outcome = checkInitializer('linear', { _tag: 'Constant', value })
    if (!isLeft(outcome)) throw new Error('accepted')
    expect(outcome.left).toMatchObject({ _tag: 'InvalidArgument', operation: 'linear', argument: 'init', value })
  })

  it.each([0, -1, Number.NaN, Infinity, 1e-300])('refuses the scale %p', (scale) => {
    const outcome = checkInitializer('linear', { ...heNormal, scale })
    if (!isLeft(outcome)) throw new Error('accepted')
    expect(outcome.left).toMatchObject({ _tag: 'InvalidArgument', operation: 'linear', argument: 'init', value: scale })
    expect(outcome.left.message).toContain('usual are 1 and 2')
  })

  it('keeps the draws of any scale that it takes in float32', () => {
    for (const scale of [2 ** -200, 2 ** 200]) {
      for (const distribution of ['uniform', 'normal'] as const) {
        const initializer = { ...heNormal, scale, distribution }
        expect(isRight(checkInitializer('linear', initializer))).toBe(true)
        const values = initialValues(initializer, key, [1000], { fanIn: 1, fanOut: 1 })
        expect(values.every((value) => Number.isFinite(value))).toBe(true)
        expect(new Set(values).size).toBeGreaterThan(900)
      }
    }
  })
})
