/** Generated from the table of primitives: what each declares (its rule, its dtypes, what it saves) is what it does. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { type Dtype, fill, parameter, read, referenceKernels, release, shapesKernels, type Tensor } from 'gradfold'
import { type At, isDifferentiable } from '../../src/tape/primitive'
import { inputsOf, tensorOf, type Variable } from '../../src/tape/variable'
import { kernelSets } from '../support/kernelSets'
import { onParameters } from '../support/derivatives'
import { onTape } from '../support/leaks'
import { at } from '../support/operationCase'
import { differentiableCases, primitiveCases } from '../support/primitiveCases'
import { refused } from '../support/refused'
import { rightOf } from '../support/results'
import { runs } from '../support/runs'

const folder = join(__dirname, '../../src/operation')
const dtypes: ReadonlyArray<Dtype> = ['float32', 'int32', 'bool']
const typeOf = ({ shape, dtype }: Variable): { shape: ReadonlyArray<number>; dtype: Dtype } => ({ shape, dtype })

describe('the table of primitives', () => {
  it('has a row for every primitive of src/operation', () => {
    const declared = readdirSync(folder).flatMap((file) =>
      Array.from(
        readFileSync(join(folder, file), 'utf8').matchAll(/export const (\w+)Primitive\b/g),
        ([, name]) => name
      )
    )
    expect(Object.keys(primitiveCases).sort()).toEqual([...declared, 'detach'].sort())
  })
})

const sets = [...kernelSets.map(({ create }) => create()), shapesKernels()]

describe.each(Object.entries(primitiveCases))('%s', (name, { dtypes: taken, trials }) => {
  const any = fc.constantFrom(...taken).chain(trials)

  it('gives the shape and the dtype of its rule, on all kernels', () => {
    fc.assert(
      fc.property(any, ({ inputs, program }) => {
        for (const kernels of sets) {
          onParameters(kernels, inputs, (tape, variables) => {
            const { value, tape: next } = rightOf(program(tape, variables))
            const { primitive, attributes } = value
            expect(primitive.name).toBe(name)
            // A rule sees plain shapes and dtypes, and needs no tensor.
            const ruled = rightOf(primitive.rule(inputsOf(value).map(typeOf), attributes))
            expect(typeOf(value)).toEqual({ shape: ruled.shape, dtype: ruled.dtype })
            expect(next.length).toBe(tape.length + 1)
            if (kernels.precision === 'none') return
            const { shape, dtype, values } = rightOf(read(value))
            expect({ shape, dtype }).toEqual(typeOf(value))
            expect(values).toHaveLength(shape.reduce((size, n) => size * n, 1))
          })
        }
      }),
      { numRuns: runs(10) }
    )
  })

  const others = dtypes.filter((dtype) => !taken.includes(dtype))
  if (others.length > 0) {
    it(`refuses ${others.join(' and ')}`, () => {
      fc.assert(
        fc.property(fc.constantFrom(...others).chain(trials), ({ inputs, program }) => {
          onParameters(referenceKernels(), inputs, (tape, variables) => {
            const error = refused(tape, (start) => program(start, variables))
            expect(error).toMatchObject({ _tag: 'DtypeError', operation: name, path: '' })
            expect(error).toHaveProperty('dtypes', expect.arrayContaining([at(variables, 0).dtype]))
            expect(error.message).toMatch(new RegExp(`^${name} takes .*, not .*: .*cast`))
          })
        }),
        { numRuns: runs(5) }
      )
    })
  }

  it('refuses a variable of another tape, and a released one', () => {
    fc.assert(
      fc.property(any, ({ inputs, program }) => {
        const kernels = referenceKernels()
        inputs.forEach((input, which) => {
          onParameters(kernels, inputs, (tape, variables) => {
            onTape(kernels, (elsewhere) => {
              const stranger = rightOf(parameter(elsewhere, input)).value
              const mixed = variables.map((own, i) => (i === which ? stranger : own))
              const error = refused(tape, (start) => program(start, mixed))
              expect(error).toMatchObject({ _tag: 'ForeignVariable', operation: name, shapes: [input.shape] })
              expect(error.message).toMatch(/not on its tape.*Use the tape that came back/)
            })
            release(at(variables, which))
            const error = refused(tape, (start) => program(start, variables))
            expect(error).toMatchObject({ _tag: 'Released', operation: name, shapes: [input.shape] })
            expect(error.message).toMatch(/was released.*Read it before, or return it from the scope/)
          })
        })
      }),
      { numRuns: runs(4) }
    )
  })
})

/** Looks at an entry as a fold does, counts how, and fails where the primitive has not declared it. */
const watched = (entry: Variable): { view: At<Tensor>; seen: Set<string> } => {
  const seen = new Set<string>()
  const { saves } = entry.primitive
  const look = (what: 'inputs' | 'output', tensor: Tensor): Tensor => {
    if (!saves.includes(what)) throw new Error(`${entry.primitive.name} does not save ${what}`)
    seen.add(what)
    return tensor
  }
  const inputs = inputsOf(entry)
  const view: At<Tensor> = {
    count: inputs.length,
    shape: (index) => at(inputs, index).shape,
    input: (index) => look('inputs', tensorOf(at(inputs, index))),
    output: () => look('output', tensorOf(entry))
  }
  return { view, seen }
}

describe.each(differentiableCases)('the derivative of %s', (_name, { trials }) => {
  it('looks at what its primitive saves, at all of it, and at nothing else', () => {
    const seen = new Set<string>()
    let saves = ''
    fc.assert(
      fc.property(trials('float32'), ({ inputs, program }) => {
        const kernels = referenceKernels()
        onParameters(kernels, inputs, (start, variables) => {
          const { value, tape } = rightOf(program(start, variables))
          const { primitive, attributes } = value
          expect(isDifferentiable(primitive)).toBe(true)
          const upstream = tensorOf(rightOf(fill(tape, value.shape, 0.5)).value)
          const look = watched(value)
          const thunks = primitive.derivative(tape.kernels, upstream, look.view, attributes)
          expect(thunks).toHaveLength(inputs.length)
          expect(look.seen.size).toBe(0)
          inputsOf(value).forEach(({ shape, dtype }, i) => {
            if (dtype !== 'float32') {
              expect(at(thunks, i)).toThrow('a cotangent was asked for an input that has none')
              return
            }
            const cotangent = at(thunks, i)()
            expect({ shape: cotangent.shape, dtype: cotangent.dtype }).toEqual({ shape, dtype })
          })
          saves = primitive.saves
          look.seen.forEach((what) => seen.add(what))
        })
      }),
      { numRuns: runs(8) }
    )
    expect([...seen].sort().join(' and ') || 'none').toBe(saves)
  })
})

describe('a leaf', () => {
  it('is never run', () => {
    onTape(referenceKernels(), (tape) => {
      const { primitive } = rightOf(parameter(tape, [1])).value
      expect(() => primitive.rule([], {})).toThrow('the leaf parameter has no rule')
      expect(() => primitive.run(tape.kernels, [], {})).toThrow('the leaf parameter cannot run')
      expect(isDifferentiable(primitive)).toBe(false)
    })
  })
})
