import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  activation,
  batchNorm,
  bilinear,
  constant,
  custom,
  embedding,
  evaluation,
  forward,
  groupNorm,
  instanceNorm,
  layerNorm,
  linear,
  loadModel,
  of,
  prelu,
  readSafetensors,
  residual,
  rmsNorm,
  saveModel,
  sequential,
  shapesKernels,
  startTape,
  stateOf,
  type Tape,
  trace
} from 'gradfold'
import { modelNames } from '../../src/file/modelNames'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { numbersOf } from '../support/numbers'
import { leftOf, rightOf } from '../support/results'

const folder = mkdtempSync(join(tmpdir(), 'gradfold-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** What PyTorch 2.13.0 and its safetensors 0.8.0 wrote: spec/golden/safetensors_files.py. */
const golden = (name: string): string => join(__dirname, '..', 'golden', `safetensors_${name}.safetensors`)
const layout = 'pytorch'

const network = (tape: Tape) =>
  sequential(
    tape,
    (at) => linear(at, 4, 5),
    (at) => batchNorm(at, 5),
    activation('relu'),
    (at) => linear(at, 5, 3)
  )

const layers = (tape: Tape) =>
  trace(tape, function* (run) {
    return {
      linear: yield* run(linear, 4, 3, { bias: false }),
      bilinear: yield* run(bilinear, 2, 3, 4),
      embedding: yield* run(embedding, 5, 3),
      batch: yield* run(batchNorm, 3),
      layer: yield* run(layerNorm, [2, 3]),
      group: yield* run(groupNorm, 2, 4),
      instance: yield* run(instanceNorm, 3, { affine: true }),
      rms: yield* run(rmsNorm, 3),
      parametric: yield* run(prelu, { channels: 3 })
    }
  })

const tied = (tape: Tape) =>
  trace(tape, function* (run) {
    const encoder = yield* run(linear, 3, 3, { bias: false })
    return { encoder, decoder: { ...(yield* run(linear, 3, 3)), weight: encoder.weight } }
  })

/** A model without numbers, for what only says which variables there are. */
const blank = <M>(make: (tape: Tape) => ReturnType<typeof trace<M>>): M =>
  rightOf(make(startTape(shapesKernels()))).value

describe.each(kernelSets)("PyTorch's files on $name", ({ create }) => {
  it('give a network its numbers, and it computes what PyTorch does', () => {
    onTape(create(), (tape) => {
      const { tensors } = rightOf(readSafetensors(golden('outputs')))
      const x = tensors.get('x')
      if (x === undefined) throw new Error('no x')
      const y = trace(evaluation(tape), function* (run) {
        const model = yield* run(loadModel, blank(network), golden('network'), { layout })
        return yield* run(forward, model, yield* run(constant, x))
      })
      const found = numbersOf(rightOf(y).value)
      const expected = Array.from(tensors.get('y')?.values ?? [])
      expect(found.length).toBe(18)
      found.forEach((number, i) => expect(number).toBeCloseTo(expected[i] ?? NaN, 6))
    })
  })

  it.each([
    ['network', network],
    ['layers', layers]
  ] as const)('go in and out: %s', (name, make) => {
    const kernels = create()
    onTape(kernels, (tape) => {
      const model = rightOf(loadModel<unknown>(tape, blank<unknown>(make), golden(name), { layout })).value
      const file = join(folder, `${name}.safetensors`)
      rightOf(saveModel(file, model, { layout }))
      const [written, original] = [file, golden(name)].map((path) => rightOf(readSafetensors(path)))
      expect([...(written?.tensors.keys() ?? [])].sort()).toEqual([...(original?.tensors.keys() ?? [])].sort())
      for (const [key, { shape, values }] of original?.tensors ?? []) {
        const again = written?.tensors.get(key)
        expect([key, again?.shape, Array.from(again?.values ?? [])]).toEqual([key, shape, Array.from(values)])
      }
      // float32 kernels give the very bytes.
      if (kernels.precision === 'float32') expect(readFileSync(file)).toEqual(readFileSync(golden(name)))
    })
  })
})

it('have a tied weight once, and it comes back as one variable', () => {
  onTape(kernelSets[0]!.create(), (tape) => {
    const model = rightOf(loadModel(tape, blank(tied), golden('tied'), { layout })).value
    expect(model.encoder.weight).toBe(model.decoder.weight)
    expect(stateOf(model).map(({ path }) => path)).toEqual(['encoder.weight', 'decoder.bias'])
    const file = join(folder, 'tied.safetensors')
    rightOf(saveModel(file, model, { layout }))
    const { tensors, metadata } = rightOf(readSafetensors(file))
    expect([...tensors.keys()].sort()).toEqual(['decoder.bias', 'encoder.weight'])
    expect([...metadata]).toEqual([
      ['decoder.weight', 'encoder.weight'],
      ['format', 'pt']
    ])
  })
})

it("are not taken by gradfold's own names, and the error says what to do", () => {
  onTape(kernelSets[0]!.create(), (tape) => {
    const error = leftOf(loadModel(tape, blank(network), golden('network')))
    expect(error).toMatchObject({ _tag: 'FileError', reason: 'otherModel', file: golden('network') })
    expect(error.message).toContain('it lacks "1.scale", "1.offset", "1.runningMean", "1.runningVariance"; it has,')
    expect(error.message).toContain("{ layout: 'pytorch' }")
  })
})

describe('the layer that a variable belongs to', () => {
  const nested = (tape: Tape) =>
    trace(tape, function* (run) {
      const norm = yield* run(batchNorm, 1)
      const shift = custom('Shift', { scale: norm.scale, norm }, (at, _, x) => of(at, x))
      return {
        scale: norm.scale,
        map: new Map<string, unknown>([['first', yield* run(layerNorm, 1)]]),
        set: new Set([yield* run(prelu)]),
        list: [yield* run(residual, (at) => batchNorm(at, 1)), { scale: yield* run(constant, 1) }],
        shift: yield* run(sequential, shift)
      }
    })

  it('is found wherever it is', () => {
    const model = blank(nested)
    const { variables, counters } = rightOf(modelNames('probe', model, { layout, prefix: 'net.' }))
    expect(variables.map(({ names }) => names.join(' = '))).toEqual([
      // A field of the user's own record keeps its name, the same variable in a layer has that of the layer.
      'net.scale = net.shift.0.scale = net.shift.0.norm.weight',
      'net.map.first.weight',
      'net.map.first.bias',
      'net.set.0.weight',
      'net.list.0.inner.weight',
      'net.list.0.inner.bias',
      'net.list.0.inner.running_mean',
      'net.list.0.inner.running_var',
      'net.shift.0.norm.bias',
      'net.shift.0.norm.running_mean',
      'net.shift.0.norm.running_var'
    ])
    expect(counters).toEqual(['net.list.0.inner.num_batches_tracked', 'net.shift.0.norm.num_batches_tracked'])
  })
})
