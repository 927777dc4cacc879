import {
  constantInit,
  drawParameter,
  type DrawSettings,
  heUniform,
  identityMatrix,
  named,
  parameters,
  read,
  shapesKernels,
  startTape
} from 'gradfold'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { leftOf, rightOf } from '../support/results'

const draw = (
  shape: ReadonlyArray<number>,
  create: (typeof kernelSets)[number]['create'],
  layout: 'outFirst' | 'outLast'
) =>
  onTape(create(), (tape) => [
    ...rightOf(read(rightOf(drawParameter(tape, shape, { init: heUniform, layout })).value)).values
  ])

describe.each(kernelSets)('drawParameter on $name', ({ create }) => {
  it('is a parameter with a path, drawn with the next key', () => {
    onTape(create(), (tape) => {
      const made = rightOf(named(tape, 'own', (at) => drawParameter(at, [2, 3], { name: 'kernel' })))
      expect(parameters(made.value).map(({ variable }) => variable.path)).toEqual(['own.kernel'])
      const other = rightOf(drawParameter(made.tape, [2, 3]))
      expect(other.value.path).toBe('weight')
      expect([...rightOf(read(other.value)).values]).not.toEqual([...rightOf(read(made.value)).values])
    })
  })

  it('counts the fans by the layout, the same on every kernel set', () => {
    // He's bound is sqrt(6 / fanIn): 12 inputs each, or 6.
    const largest = (values: ReadonlyArray<number>): number => Math.max(...values.map(Math.abs))
    const [first, last] = [draw([50, 4, 3], create, 'outFirst'), draw([3, 2, 100], create, 'outLast')]
    expect(largest(first)).toBeLessThanOrEqual(Math.sqrt(6 / 12))
    expect(largest(first)).toBeGreaterThan(0.95 * Math.sqrt(6 / 12))
    expect(largest(last)).toBeLessThanOrEqual(1)
    expect(largest(last)).toBeGreaterThan(0.95)
    const [reference] = kernelSets
    draw([50, 4, 3], reference!.create, 'outFirst').forEach((value, i) => expect(first[i]).toBe(value))
  })
})

describe('drawParameter', () => {
  const tape = startTape(shapesKernels())

  it('takes shapes of no numbers and of one', () => {
    expect(rightOf(drawParameter(tape, [])).value.shape).toEqual([])
    expect(rightOf(drawParameter(tape, [0, 3])).value.shape).toEqual([0, 3])
  })

  it('refuses shapes and initialisers that cannot be', () => {
    const refused = (shape: ReadonlyArray<number>, settings: DrawSettings = {}) =>
      leftOf(named(tape, 'own', (at) => drawParameter(at, shape, settings)))
    expect(refused([2, -1])).toMatchObject({ _tag: 'InvalidShape', operation: 'drawParameter', path: 'own' })
    expect(refused([2], { init: constantInit(NaN) })).toMatchObject({ _tag: 'InvalidArgument', argument: 'init' })
    expect(refused([2, 2, 2], { init: identityMatrix })).toMatchObject({ _tag: 'InvalidArgument', argument: 'init' })
  })
})
