/** What fill and the draws refuse, and what kernels cannot hold. */
import { fill, mul, normal, permutation, type Result, type Tape, truncatedNormal, uniform, wasmKernels } from 'gradfold'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { expectRefusal, type Fields, type Refusal } from '../support/refusals'
import { refused } from '../support/refused'
import { rightOf } from '../support/results'

const invalid = (shape: ReadonlyArray<number>): Fields => ({ _tag: 'InvalidShape', shape })
const argument = (name: string, value: unknown): Fields => ({ _tag: 'InvalidArgument', argument: name, value })

/** Sizes that no axis has. */
const noSizes = [-1, 1.5, NaN, Infinity]

describe.each<[string, (tape: Tape, size: number) => Result<unknown>]>([
  ['fill', (tape, size) => fill(tape, [size], 1)],
  ['normal', (tape, size) => normal(tape, [size])],
  ['permutation', permutation],
  ['truncatedNormal', (tape, size) => truncatedNormal(tape, [size])],
  ['uniform', (tape, size) => uniform(tape, [size])]
])('%s', (name, make) => {
  it.each(noSizes)('refuses the size %p', (size) =>
    expectRefusal(name, [
      [],
      (tape) => make(tape, size),
      invalid([size]),
      /A NaN or a fraction usually comes from a division/
    ])
  )

  it('refuses more than a tensor can hold, before it draws', () => {
    const size = 2 ** 40
    const says = /would take 4398046511104 bytes, but a tensor on (\w+) has at most \d+: .* Else work in parts\.$/
    for (const { name: on, create } of kernelSets) {
      onTape(create(), (tape) => {
        const error = refused(tape, (start) => make(start, size))
        expect(error).toMatchObject({ _tag: 'InvalidShape', operation: name, shape: [size] })
        expect(says.exec(error.message)?.[1]).toBe(on)
      })
    }
  })
})

describe('settings', () => {
  it.each<[string, Refusal]>([
    [
      'fill',
      [[], (tape) => fill(tape, [1], 0.5, { dtype: 'int32' }), argument('value', 0.5), /cast the other operand/]
    ],
    ['fill', [[], (tape) => fill(tape, [1], NaN, { dtype: 'int32' }), argument('value', NaN), /use a value that fits/]],
    ['fill', [[], (tape) => fill(tape, [1], 2, { dtype: 'bool' }), argument('value', 2), /cannot hold 2 as bool/]],
    ['uniform', [[], (tape) => uniform(tape, [1], { low: 1, high: 0 }), argument('high', 0), /swap them/]],
    ['uniform', [[], (tape) => uniform(tape, [1], { low: NaN }), argument('low', NaN), /must be a finite number/]],
    ['normal', [[], (tape) => normal(tape, [1], { std: -1 }), argument('std', -1), /finite and not negative/]],
    [
      'normal',
      [[], (tape) => normal(tape, [1], { mean: Infinity }), argument('mean', Infinity), /must be a finite number/]
    ],
    [
      'truncatedNormal',
      [[], (tape) => truncatedNormal(tape, [1], { std: 0 }), argument('std', 0), /finite and positive/]
    ],
    [
      'truncatedNormal',
      [[], (tape) => truncatedNormal(tape, [1], { low: 3 }), argument('high', 2), /bounds are absolute/]
    ]
  ])('of %s that cannot be, case %#', (name, refusal) => expectRefusal(name, refusal))
})

describe('kernels', () => {
  it('refuse more axes than they take', () => {
    for (const { create } of kernelSets) {
      const kernels = create()
      onTape(kernels, (tape) => {
        const shape = new Array<number>(kernels.maxRank + 1).fill(1)
        const error = refused(tape, (start) => fill(start, shape, 1))
        expect(error).toMatchObject({ _tag: 'DimensionError', operation: 'fill', shape })
        expect(error.message).toMatch(/reshape neighbouring axes into one\.$/)
      })
    }
  })

  it('that run out of memory say so, and what was made on the way is gone', () => {
    onTape(wasmKernels({ memoryLimit: 2 ** 27 }), (tape) => {
      const half = rightOf(fill(tape, [2 ** 24], 1))
      const failed = refused(half.tape, (start) => mul(start, half.value, 2))
      expect(failed).toMatchObject({ _tag: 'KernelError', operation: 'mul', kernels: 'wasm', reason: 'outOfMemory' })
    })
  })
})
