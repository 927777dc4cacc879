import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  linear,
  loadModel,
  named,
  referenceKernels,
  release,
  saveModel,
  sequential,
  shapesKernels,
  startTape,
  type Tape,
  writeSafetensors
} from 'gradfold'
import { onTape } from '../support/leaks'
import { numbersOf } from '../support/numbers'
import { refused } from '../support/refused'
import { leftOf, rightOf } from '../support/results'

const folder = mkdtempSync(join(tmpdir(), 'gradfold-'))
afterAll(() => rmSync(folder, { recursive: true }))
const path = (name: string): string => join(folder, `${name}.safetensors`)

describe('strict in loadModel', () => {
  const two = (tape: Tape) =>
    sequential(
      tape,
      (at) => linear(at, 3, 2),
      (at) => linear(at, 2, 2)
    )
  const onTwo = (body: (tape: Tape, model: ReturnType<typeof modelOf>) => void): void =>
    onTape(referenceKernels(), (tape) => {
      const made = rightOf(two(tape))
      body(made.tape, made.value)
    })
  const modelOf = (tape: Tape) => rightOf(two(tape)).value

  it('lists what is missing, unexpected and of another shape, a few of each', () => {
    onTwo((tape, model) => {
      const tensor = { shape: [2], dtype: 'float32', values: Float32Array.of(1, 2) } as const
      const extra = ['x', 'y', 'z', 'v', 'w'].map((name) => ({ name, tensor }))
      rightOf(writeSafetensors(path('odd'), [...extra, { name: '0.weight', tensor }, { name: '0.bias', tensor }]))
      const error = refused(tape, (at) => named(at, 'outer', (inner) => loadModel(inner, model, path('odd'))))
      expect(error).toMatchObject({ _tag: 'FileError', operation: 'loadModel', reason: 'otherModel', path: 'outer' })
      expect(error.message).toContain(
        'it lacks "1.weight", "1.bias"; it has, and the model has not, "v", "w", "x", "y" and 1 more'
      )
      expect(error.message).toContain('"0.weight" is float32 [2] in the file and float32 [2, 3] in the model')
    })
  })

  it('says what is of another dtype', () => {
    onTwo((tape, model) => {
      const tensor = { shape: [2], dtype: 'int32', values: Int32Array.of(1, 2) } as const
      rightOf(writeSafetensors(path('whole'), [{ name: '0.bias', tensor }]))
      expect(leftOf(loadModel(tape, model, path('whole'), { strict: false })).message).toContain(
        'is int32 [2] in the file'
      )
    })
  })

  it('is true by default; false loads the part that both have', () => {
    onTwo((tape, model) => {
      const first = { layers: [model.layers[0]], _tag: 'Sequential' }
      rightOf(saveModel(path('part'), first))
      const { value: other, tape: next } = rightOf(two(tape))
      const error = leftOf(loadModel(next, other, path('part')))
      expect(error).toMatchObject({ reason: 'otherModel' })
      expect(error.message).toContain('{ strict: false }')
      const { value: loaded } = rightOf(loadModel(next, other, path('part'), { strict: false }))
      expect(numbersOf(loaded.layers[0].weight)).toEqual(numbersOf(model.layers[0].weight))
      expect(loaded.layers[1]).toBe(other.layers[1])
      // A whole file for a part of the model.
      rightOf(saveModel(path('whole'), model))
      expect(leftOf(loadModel(next, first, path('whole')))).toMatchObject({ reason: 'otherModel' })
      rightOf(loadModel(next, first, path('whole'), { strict: false }))
    })
  })

  it('false refuses a file with nothing in common, and a variable that stays but is of another tape', () => {
    onTwo((tape, model) => {
      rightOf(saveModel(path('part'), model.layers[0]))
      expect(leftOf(loadModel(tape, model, path('part'), { strict: false }))).toMatchObject({ reason: 'otherModel' })
      rightOf(saveModel(path('part'), { _tag: 'Sequential', layers: [model.layers[0]] }))
      const blank = modelOf(startTape(shapesKernels()))
      const error = refused(tape, (at) => loadModel(at, blank, path('part'), { strict: false }))
      expect(error).toMatchObject({ _tag: 'ForeignVariable', operation: 'loadModel' })
    })
  })

  it('false refuses what stays and was released', () => {
    onTwo((tape, model) => {
      rightOf(saveModel(path('part'), { _tag: 'Sequential', layers: [model.layers[0]] }))
      release(model.layers[1])
      expect(leftOf(loadModel(tape, model, path('part'), { strict: false }))).toMatchObject({ _tag: 'Released' })
    })
  })
})
