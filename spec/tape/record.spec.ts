import { left, right } from 'fp-ts/Either'
import {
  add,
  broadcast,
  constant,
  fill,
  gather,
  KernelFailure,
  type Kernels,
  memory,
  mul,
  named,
  parameter,
  referenceKernels,
  relu,
  release,
  reshape,
  scope,
  shapesKernels,
  show,
  startTape,
  sum,
  type Tape,
  toArray,
  type Variable,
  wasmKernels
} from 'gradfold'
import { invalidArgument } from '../../src/error/tensorError'
import { noDerivative, type Primitive } from '../../src/tape/primitive'
import { record } from '../../src/tape/record'
import { watchedKernels } from '../../src/testing/faultyKernels'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { leftOf, rightOf } from '../support/results'

type Stage = 'rule' | 'inspect' | 'run'

/** A primitive that writes down what it was asked, and does at each stage what `stages` says. */
const recorded = (asked: Stage[], stages: { readonly [S in Stage]?: () => never } = {}): Primitive<object> => {
  const at = (stage: Stage): void => {
    asked.push(stage)
    stages[stage]?.()
  }
  return {
    name: 'probe',
    saves: 'none',
    rule: ([x]) => {
      at('rule')
      return right(x ?? { shape: [], dtype: 'float32' })
    },
    inspect: () => {
      at('inspect')
      return right(undefined)
    },
    run: (kernels, [x]) => {
      at('run')
      return x === undefined ? kernels.fill([], 1, 'float32') : kernels.neg(x)
    },
    derivative: noDerivative
  }
}

const failing = (thrown: Error) => (): never => {
  throw thrown
}

describe('record', () => {
  it('checks, runs, appends', () => {
    onTape(referenceKernels(), (empty) => {
      const x = rightOf(parameter(empty, [1, 2]))
      const asked: Stage[] = []
      const y = rightOf(record(x.tape, recorded(asked), [x.value], { some: 'setting' }))
      expect(asked).toEqual(['rule', 'inspect', 'run'])
      expect(toArray(y.tape)[1]).toMatchObject({ operation: 'probe', inputs: [0], attributes: { some: 'setting' } })
      // No derivative, no gradient.
      expect(y.value.needsGradient).toBe(false)
    })
  })

  it('refuses a foreign variable before it looks whether it is released, and both before the rule', () => {
    onTape(referenceKernels(), (empty) => {
      const { tape, value } = rightOf(constant(empty, [[1, 2]]))
      const asked: Stage[] = []
      const refused = (at: Tape, inputs: ReadonlyArray<Variable>) =>
        leftOf(
          named(at, 'encoder', (inner) =>
            record(inner, recorded(asked, { rule: failing(new Error('asked')) }), inputs, {})
          )
        )
      expect(refused(empty, [value])).toMatchObject({
        _tag: 'ForeignVariable',
        operation: 'probe',
        path: 'encoder',
        shapes: [[1, 2]]
      })
      release(value)
      expect(refused(empty, [value])._tag).toBe('ForeignVariable')
      expect(refused(tape, [value])).toMatchObject({
        _tag: 'Released',
        operation: 'probe',
        path: 'encoder',
        shapes: [[1, 2]]
      })
      expect(asked).toEqual([])
    })
  })

  it('says of which shape the foreign variable is, among which others, and what to do', () => {
    onTape(referenceKernels(), (empty) => {
      const x = rightOf(constant(empty, [1, 2]))
      const y = rightOf(constant(empty, [[3], [4]]))
      const text = show(leftOf(add(x.tape, x.value, y.value)))
      expect(text).toMatch(/^ForeignVariable in add: add was given a variable \[2, 1\] that is not on its tape/)
      expect(text).toContain('(inputs: [2] and [2, 1])')
      expect(text).toMatch(/Use the tape that came back with the variable .* or bring its numbers over/)
      expect(show(leftOf(relu(x.tape, y.value)))).not.toContain('inputs')
    })
  })

  it('hands on what the rule and the inspection say, with the path, and computes nothing', () => {
    const calls: string[] = []
    const kernels = watchedKernels(referenceKernels(), (operation) => calls.push(operation))
    onTape(kernels, (empty) => {
      const { tape, value } = rightOf(constant(empty, 1))
      calls.length = 0
      const fault = invalidArgument('probe', 'x', 1, 'no')
      const no = () => left(fault)
      const probe = recorded([])
      for (const primitive of [
        { ...probe, rule: no },
        { ...probe, inspect: no }
      ]) {
        const error = leftOf(named(tape, '0', (inner) => record(inner, primitive, [value], {})))
        expect(error).toEqual({ ...fault, path: '0' })
      }
      expect(calls).toEqual([])
      expect(tape.length).toBe(1)
    })
  })

  it('lets a defect pass, whoever throws it', () => {
    onTape(referenceKernels(), (empty) => {
      const { tape, value } = rightOf(constant(empty, 1))
      for (const stage of ['rule', 'inspect', 'run'] as const) {
        const defect = new TypeError(`a defect in ${stage}`)
        const primitive = recorded([], { [stage]: failing(defect) })
        expect(() => record(tape, primitive, [value], {})).toThrow(defect)
      }
      expect(toArray(tape)).toHaveLength(1)
    })
  })

  it.each(['outOfMemory', 'noNumbers', 'lost', 'unavailable'] as const)(
    'turns the failure %s into a Left',
    (reason) => {
      onTape(referenceKernels(), (empty) => {
        const { tape, value } = rightOf(constant(empty, 1))
        for (const stage of ['inspect', 'run'] as const) {
          const primitive = recorded([], { [stage]: failing(new KernelFailure(reason, 'no room')) })
          const error = leftOf(named(tape, 'encoder', (inner) => record(inner, primitive, [value], {})))
          expect(error).toEqual({
            _tag: 'KernelError',
            operation: 'probe',
            path: 'encoder',
            kernels: 'reference',
            reason,
            message: 'no room'
          })
        }
      })
    }
  )

  it('asks the kernels what a thrown value means to them', () => {
    const failure = (thrown: unknown): KernelFailure | undefined =>
      thrown instanceof RangeError ? new KernelFailure('lost', thrown.message) : undefined
    const kernels: Kernels = Object.assign(referenceKernels(), { failure })
    const tape = startTape(kernels)
    const run = (thrown: Error) => record(tape, recorded([], { run: failing(thrown) }), [], {})
    expect(leftOf(run(new RangeError('a trap')))).toMatchObject({
      _tag: 'KernelError',
      reason: 'lost',
      message: 'a trap'
    })
    expect(() => run(new TypeError('a defect'))).toThrow('a defect')
  })

  it('releases what a kernel had made when it failed', () => {
    const kernels = wasmKernels()
    onTape(kernels, (empty) => {
      const { tape, value } = rightOf(constant(empty, 1))
      const halfway: Primitive<object> = {
        ...recorded([]),
        run: (own) => {
          own.fill([100], 1, 'float32')
          throw new KernelFailure('outOfMemory', 'the second does not fit')
        }
      }
      expect(leftOf(record(tape, halfway, [value], {}))._tag).toBe('KernelError')
      expect(memory(kernels)).toEqual({ tensors: 1, bytes: 4 })
    })
  })
})

describe.each(kernelSets)('on $name, what does not fit is refused before any kernel runs', ({ name, create }) => {
  const calls: string[] = []
  const kernels = watchedKernels(create(), (operation) => calls.push(operation))
  const huge = 2 ** 20

  it('a result with too many axes is a DimensionError', () => {
    onTape(kernels, (empty) => {
      const { tape, value } = rightOf(constant(empty, [1]))
      calls.length = 0
      const shape = new Array<number>(kernels.maxRank + 1).fill(1)
      const fitting = shape.slice(1)
      for (const result of [reshape(tape, value, shape), broadcast(tape, value, shape), fill(tape, shape, 1)]) {
        const error = leftOf(result)
        expect(error).toMatchObject({ _tag: 'DimensionError', shape })
        expect(error.message).toContain(`would have ${shape.length} axes, but ${name} takes at most ${kernels.maxRank}`)
      }
      expect(calls).toEqual([])
      expect(rightOf(reshape(tape, value, fitting)).value.shape).toEqual(fitting)
    })
  })

  it('a result of 2^40 numbers is an InvalidShape', () => {
    onTape(kernels, (empty) => {
      const row = rightOf(fill(empty, [1, huge], 1))
      const column = rightOf(reshape(row.tape, row.value, [huge, 1]))
      calls.length = 0
      const { tape } = column
      for (const result of [
        broadcast(tape, row.value, [huge, huge]),
        add(tape, row.value, column.value),
        fill(tape, [huge, huge], 1),
        named(tape, 'encoder', (inner) => mul(inner, column.value, row.value))
      ]) {
        const error = leftOf(result)
        expect(error).toMatchObject({ _tag: 'InvalidShape', shape: [huge, huge] })
        expect(error.message).toMatch(/would take 4398046511104 bytes, but .* was a size meant for another axis/)
      }
      expect(leftOf(fill(tape, [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER], 1))._tag).toBe('InvalidShape')
      expect(leftOf(named(tape, 'encoder', (at) => mul(at, column.value, row.value))).path).toBe('encoder')
      expect(calls).toEqual([])
    })
  })

  it('none of huge sizes with a 0 among them', () => {
    onTape(kernels, (tape) => {
      const shape = [...new Array<number>(kernels.maxRank - 1).fill(Number.MAX_SAFE_INTEGER), 0]
      const filled = fill(tape, shape, 1)
      // TensorFlow would end the process: it multiplies the sizes in 63 bits.
      if (kernels.name === 'tensorflow') expect(leftOf(filled)).toMatchObject({ _tag: 'KernelError', reason: 'failed' })
      else expect(rightOf(filled).value.shape).toEqual(shape)
      expect(memory(kernels).bytes).toBe(0)
    })
  })

  it('an index that is not there', () => {
    onTape(kernels, (empty) => {
      const { tape, value } = rightOf(constant(empty, [1, 2, 3]))
      expect(leftOf(named(tape, 'table', (inner) => gather(inner, value, [0, 3])))).toMatchObject({
        _tag: 'IndexOutOfBounds',
        operation: 'gather',
        path: 'table',
        index: 3,
        size: 3
      })
      expect(memory(kernels).tensors).toBe(1)
    })
  })
})

describe('without data', () => {
  it('any size is followed', () => {
    onTape(shapesKernels(), (empty) => {
      const { tape, value } = rightOf(fill(empty, [2 ** 20, 2 ** 20], 1))
      expect(rightOf(sum(tape, value, { axis: 0 })).value.shape).toEqual([2 ** 20])
      expect(leftOf(fill(tape, [2 ** 30, 2 ** 30], 1))._tag).toBe('InvalidShape')
    })
  })
})

describe('a variable of a scope', () => {
  it('is foreign outside of it, not merely released', () => {
    onTape(referenceKernels(), (empty) => {
      const escaped: Variable[] = []
      const { tape } = rightOf(
        scope(empty, (inner) => {
          const made = constant(inner, 1)
          escaped.push(rightOf(made).value)
          return made
        })
      )
      for (const variable of escaped) expect(leftOf(relu(tape, variable))._tag).toBe('ForeignVariable')
      expect(escaped).toHaveLength(1)
    })
  })
})
