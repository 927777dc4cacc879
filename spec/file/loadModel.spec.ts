import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  batchNorm,
  constant,
  custom,
  encodeSafetensors,
  freeze,
  linear,
  loadModel,
  mul,
  named,
  parameters,
  readSafetensors,
  referenceKernels,
  release,
  saveModel,
  shapesKernels,
  startTape,
  stateOf,
  type Tape,
  trace,
  uniform,
  wasmKernels,
  writeSafetensors
} from 'gradfold'
import { faultyKernels } from 'gradfold/testing'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { numbersOf } from '../support/numbers'
import { refused } from '../support/refused'
import { leftOf, rightOf } from '../support/results'

const folder = mkdtempSync(join(tmpdir(), 'gradfold-'))
afterAll(() => rmSync(folder, { recursive: true }))
const path = (name: string): string => join(folder, `${name}.safetensors`)

/** Parameters, frozen ones, buffers, a map, and a layer of one's own with a constant. */
const mixed = (tape: Tape) =>
  trace(tape, function* (run) {
    const offset = yield* run(constant, [1, 2])
    const encoder = yield* run((at: Tape) => linear(at, 3, 2))
    return {
      encoder: yield* run(freeze, encoder),
      norm: yield* run(batchNorm, 2),
      heads: new Map([['a', yield* run(linear, 2, 2)]]),
      own: custom('Shift', { factor: yield* run(uniform, [2]), offset }, (at, { offset: by }, x) => mul(at, x, by))
    }
  })

const contents = (model: unknown) =>
  stateOf(model).map(({ path: at, kind, variable }) => [at, kind, variable.shape, numbersOf(variable)])

describe.each(kernelSets)('saveModel and loadModel on $name', ({ name, create }) => {
  it('carry parameters, frozen ones and buffers to another model of the same structure, bit for bit', () => {
    onTape(create(), (tape) => {
      const { value: model, tape: next } = rightOf(mixed(tape))
      const file = path(`mixed-${name}`)
      rightOf(saveModel(file, model))
      const { value: other, tape: later } = rightOf(mixed(next))
      expect(contents(other)).not.toEqual(contents(model))
      const { value: loaded, tape: last } = rightOf(loadModel(later, other, file))
      expect(contents(loaded)).toEqual(contents(model))
      expect(loaded.own.parameters.offset).toBe(other.own.parameters.offset)
      expect(last.length).toBe(later.length + stateOf(model).length)
      // The one that was handed in stays, and so does what it is released of.
      expect(contents(other)).not.toEqual(contents(model))
      release(other, loaded)
      expect(contents(loaded)).toEqual(contents(model))
    })
  })
})

it('keep the float64 numbers of reference kernels, whose file float32 kernels read', () => {
  const file = path('precise')
  onTape(referenceKernels(), (tape) => {
    const { value } = rightOf(mixed(tape))
    rightOf(saveModel(file, value.norm))
    rightOf(saveModel(file, value.heads))
    expect(rightOf(readSafetensors(file)).tensors.get('a.weight')?.values).toBeInstanceOf(Float64Array)
  })
  onTape(wasmKernels(), (tape) => {
    const { value } = rightOf(mixed(tape))
    const { tensors } = rightOf(readSafetensors(file))
    const { value: loaded } = rightOf(loadModel(tape, value.heads, file))
    const [weight] = parameters(loaded)
    expect(weight && numbersOf(weight.variable)).toEqual(Array.from(tensors.get('a.weight')?.values ?? [], Math.fround))
  })
})

describe('a variable in two places', () => {
  const twice = (tape: Tape) =>
    trace(tape, function* (run) {
      const one = yield* run(linear, 2, 2)
      return { one, two: { ...(yield* run(linear, 2, 2)), weight: one.weight } }
    })

  it('is written once, and read into one', () => {
    onTape(wasmKernels(), (tape) => {
      const file = path('twice')
      const { value, tape: next } = rightOf(twice(tape))
      rightOf(saveModel(file, value))
      const { tensors, metadata } = rightOf(readSafetensors(file))
      expect([...tensors.keys()]).toEqual(['one.bias', 'one.weight', 'two.bias'])
      expect([...metadata]).toEqual([['two.weight', 'one.weight']])
      const { value: loaded } = rightOf(loadModel(next, rightOf(twice(next)).value, file))
      expect(loaded.one.weight).toBe(loaded.two.weight)
      expect(contents(loaded)).toEqual(contents(value))
    })
  })

  it('gives its numbers to both where the model has two', () => {
    onTape(wasmKernels(), (tape) => {
      const file = path('untied')
      const { value } = rightOf(twice(tape))
      rightOf(saveModel(file, value))
      const untied = trace(tape, function* (run) {
        return { one: yield* run(linear, 2, 2), two: yield* run(linear, 2, 2) }
      })
      const { value: loaded } = rightOf(loadModel(tape, rightOf(untied).value, file, { strict: true }))
      expect(loaded.one.weight).not.toBe(loaded.two.weight)
      expect(numbersOf(loaded.two.weight)).toEqual(numbersOf(value.one.weight))
    })
  })

  it('takes two of the file if they are equal, and refuses two that differ', () => {
    onTape(wasmKernels(), (tape) => {
      const file = path('both')
      const { value, tape: next } = rightOf(twice(tape))
      rightOf(saveModel(file, value))
      const entries = Array.from(rightOf(readSafetensors(file)).tensors, ([name, tensor]) => ({ name, tensor }))
      const weight = entries.find(({ name }) => name === 'one.weight')!.tensor
      rightOf(writeSafetensors(file, [...entries, { name: 'two.weight', tensor: weight }]))
      expect(contents(rightOf(loadModel(next, value, file)).value)).toEqual(contents(value))
      const other = { ...weight, values: Float32Array.of(1, 2, 3, 4) }
      rightOf(writeSafetensors(file, [...entries, { name: 'two.weight', tensor: other }]))
      const error = leftOf(loadModel(next, value, file))
      expect(error).toMatchObject({ reason: 'otherModel' })
      expect(error.message).toContain('are one variable in the model and differ in the file')
    })
  })
})

describe('a model without numbers', () => {
  it('is enough to load into', () => {
    onTape(wasmKernels(), (tape) => {
      const file = path('shapes')
      const { value } = rightOf(linear(tape, 3, 2))
      rightOf(saveModel(file, value))
      const blank = rightOf(linear(startTape(shapesKernels()), 3, 2)).value
      expect(contents(rightOf(loadModel(tape, blank, file)).value)).toEqual(contents(value))
    })
  })

  it('has nothing to save', () => {
    const { value } = rightOf(linear(startTape(shapesKernels()), 3, 2))
    expect(leftOf(saveModel(path('none'), value))).toMatchObject({ _tag: 'KernelError', reason: 'noNumbers' })
    expect(existsSync(path('none'))).toBe(false)
  })

  it('is refused where a constant of it is on another tape', () => {
    onTape(wasmKernels(), (tape) => {
      const { value } = rightOf(mixed(tape))
      rightOf(saveModel(path('constant'), value))
      const blank = rightOf(mixed(startTape(shapesKernels()))).value
      expect(refused(tape, (at) => loadModel(at, blank, path('constant')))).toMatchObject({ _tag: 'ForeignVariable' })
    })
  })
})

it('a prefix puts a model into a larger file, and takes it out', () => {
  onTape(wasmKernels(), (tape) => {
    const model = trace(tape, function* (run) {
      return { encoder: yield* run(linear, 3, 2), head: yield* run(linear, 2, 1) }
    })
    const { value, tape: next } = rightOf(model)
    rightOf(saveModel(path('large'), value))
    const part = rightOf(linear(next, 3, 2))
    const { value: encoder } = rightOf(loadModel(part.tape, part.value, path('large'), { prefix: 'encoder.' }))
    expect(contents(encoder)).toEqual(contents(value.encoder))
    rightOf(saveModel(path('prefixed'), encoder, { prefix: 'encoder.' }))
    expect([...rightOf(readSafetensors(path('prefixed'))).tensors.keys()]).toEqual(['encoder.bias', 'encoder.weight'])
  })
})

describe('refused', () => {
  it('are a layout that is none, two variables of one name, a released model', () => {
    onTape(wasmKernels(), (tape) => {
      const { value, tape: next } = rightOf(linear(tape, 2, 1))
      const settings = { layout: 'keras' } as unknown as { layout: 'pytorch' }
      expect(leftOf(saveModel(path('a'), value, settings))).toMatchObject({
        _tag: 'InvalidArgument',
        argument: 'layout'
      })
      expect(leftOf(loadModel(next, value, path('a'), settings))).toMatchObject({
        _tag: 'InvalidArgument',
        argument: 'layout'
      })
      const clash = { 'a.weight': value.weight, a: { weight: value.bias } }
      expect(leftOf(saveModel(path('a'), clash))).toMatchObject({ _tag: 'InvalidArgument', value: 'a.weight' })
      release(value)
      expect(leftOf(saveModel(path('a'), value))).toMatchObject({ _tag: 'Released' })
    })
  })

  it('is a file that is none, with the path of the tape', () => {
    onTape(wasmKernels(), (tape) => {
      const { value, tape: next } = rightOf(linear(tape, 2, 1))
      writeFileSync(path('text'), 'This is a text, not a model.')
      const error = refused(next, (at) => named(at, 'deep', (inner) => loadModel(inner, value, path('text'))))
      expect(error).toMatchObject({ _tag: 'FileError', operation: 'loadModel', reason: 'notSafetensors', path: 'deep' })
    })
  })

  it('leaves no tensor behind when the kernels have no room', () => {
    onTape(wasmKernels(), (tape) => {
      const { value } = rightOf(linear(tape, 2, 1))
      rightOf(saveModel(path('full'), value))
      const blank = rightOf(linear(startTape(shapesKernels()), 2, 1)).value
      const { kernels, failAfter } = faultyKernels(tape.kernels)
      for (const calls of [0, 1]) {
        failAfter(calls)
        const error = refused(startTape(kernels), (at) => loadModel(at, blank, path('full')))
        expect(error).toMatchObject({ _tag: 'KernelError', operation: 'loadModel', reason: 'outOfMemory' })
      }
    })
  })
})

it('a model without variables has a file, too', () => {
  onTape(wasmKernels(), (tape) => {
    rightOf(saveModel(path('empty'), {}))
    expect(rightOf(loadModel(tape, { a: 1 }, path('empty'))).value).toEqual({ a: 1 })
    expect(rightOf(encodeSafetensors([])).length).toBe(16)
  })
})
