/** Derivative rules with a mistake in them: what the testing toolkit has to find. */
import fc from 'fast-check'
import { referenceKernels } from 'gradfold'
import { isRight } from 'fp-ts/Either'
import type { Operations } from '../../src/kernels/operations'
import type { At, Primitive } from '../../src/tape/primitive'
import { byBackward, onParameters } from './derivatives'
import type { PrimitiveCase } from './primitiveCase'
import { differentiableCases } from './primitiveCases'

type Derivative = Primitive<unknown>['derivative']
/** The place of an input, or the output. */
type Saved = number | 'output'

/** What is wrong, and with which rule. */
export interface PlantedMistake {
  readonly name: string
  readonly primitive: Primitive<unknown>
  readonly derivative: Derivative
}

/** Whose gradient is 0 whatever comes: a sign or a factor changes nothing. */
const zeroRules: ReadonlySet<string> = new Set(['sign 0', 'reluGradient 1'])
/** Whose gradients are summed to the shape of an input. */
const reducing: ReadonlySet<string> = new Set([
  'add',
  'sub',
  'mul',
  'div',
  'maximum',
  'minimum',
  'select',
  'matmul',
  'broadcast'
])
const transposing: ReadonlySet<string> = new Set(['matmul', 'transpose'])

// eslint-disable-next-line @typescript-eslint/unbound-method -- a rule is a function of its arguments alone
const ruleOf = ({ derivative }: Primitive<unknown>): Derivative => derivative

/** Every mistake of every rule. */
export const plantedMistakes = (): ReadonlyArray<PlantedMistake> =>
  differentiableCases.flatMap(([name, { trials }]) => {
    const primitive = primitiveOf(name, trials)
    return mistakesOf(primitive, savedBy(primitive, trials))
  })

/** Runs `body` while the rule has its mistake. */
export const withMistake = <A>({ primitive, derivative }: PlantedMistake, body: () => A): A => {
  const right = ruleOf(primitive)
  primitive.derivative = derivative
  try {
    return body()
  } finally {
    primitive.derivative = right
  }
}

/** The primitive of the last entry of one of its programs. */
const primitiveOf = (name: string, trials: PrimitiveCase['trials']): Primitive<unknown> => {
  for (const { inputs, program } of fc.sample(trials('float32'), { numRuns: 100, seed: 1 })) {
    const found = onParameters(referenceKernels(), inputs, (tape, variables) => {
      const result = program(tape, variables)
      return isRight(result) && result.right.value.needsGradient ? result.right.value.primitive : undefined
    })
    if (found !== undefined) return found
  }
  throw new Error(`no program ends in ${name}`)
}

/** What its derivative looks at. */
const savedBy = (primitive: Primitive<unknown>, trials: PrimitiveCase['trials']): ReadonlySet<Saved> => {
  const seen = new Set<Saved>()
  const watched =
    (right: Derivative): Derivative =>
    (operations, upstream, at, attributes) => {
      const input = (index: number) => {
        seen.add(index)
        return at.input(index)
      }
      const output = () => {
        seen.add('output')
        return at.output()
      }
      return right(
        operations,
        upstream,
        { count: at.count, shape: (index) => at.shape(index), input, output },
        attributes
      )
    }
  const mistake = { name: '', primitive, derivative: watched(ruleOf(primitive)) }
  withMistake(mistake, () => {
    for (const { inputs, program } of fc.sample(trials('float32'), { numRuns: 50, seed: 1 })) {
      if (isRight(onParameters(referenceKernels(), inputs, program))) byBackward(referenceKernels(), program, inputs)
    }
  })
  return seen
}

const mistakesOf = (primitive: Primitive<unknown>, saved: ReadonlySet<Saved>): ReadonlyArray<PlantedMistake> => {
  const { name } = primitive
  const planted = (mistake: string, derivative: (right: Derivative) => Derivative): PlantedMistake => ({
    name: `${name}: ${mistake}`,
    primitive,
    derivative: derivative(ruleOf(primitive))
  })
  return [
    ...differentiableInputs(name).flatMap((input) =>
      zeroRules.has(`${name} ${input}`)
        ? [
            planted(
              `input ${input}, as if it were the identity`,
              replaced(input, (_, upstream) => upstream)
            )
          ]
        : [
            planted(
              `input ${input}, the sign`,
              changed(input, (operations, slope) => operations.neg(slope))
            ),
            planted(
              `input ${input}, a factor`,
              changed(input, (operations, slope) => operations.mul(slope, operations.fill([], 1.5, 'float32')))
            )
          ]
    ),
    ...(reducing.has(name)
      ? [planted('no reduction of a broadcast', otherOperations({ sum: (x) => x, reshape: (x) => x }))]
      : []),
    ...(transposing.has(name) ? [planted('no transposition', otherOperations(untransposed))] : []),
    ...[...saved].map((value) =>
      value === 'output'
        ? planted('another output', otherValues({ output: true }))
        : planted(`another input ${value}`, otherValues({ input: value }))
    )
  ]
}

const differentiableInputs = (name: string): ReadonlyArray<number> => {
  if (name === 'select') return [1, 2]
  const two = ['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'matmul', 'concat', 'reluGradient']
  return two.includes(name) ? [0, 1] : [0]
}

const changed =
  (input: number, change: <T>(operations: Operations<T>, slope: T) => T) =>
  (right: Derivative): Derivative =>
  (operations, upstream, at, attributes) =>
    right(operations, upstream, at, attributes).map((thunk, i) =>
      i === input ? () => change(operations, thunk()) : thunk
    )

const replaced =
  (input: number, by: <T>(operations: Operations<T>, upstream: T) => T) =>
  (right: Derivative): Derivative =>
  (operations, upstream, at, attributes) =>
    right(operations, upstream, at, attributes).map((thunk, i) =>
      i === input ? () => by(operations, upstream) : thunk
    )

type Overrides = <T>(operations: Operations<T>) => Partial<Operations<T>>

const untransposed: Overrides = (operations) => ({
  transpose: (x) =>
    operations.transpose(
      x,
      operations.shapeOf(x).map((_, axis) => axis)
    ),
  matmul: (x, y, transposeX, transposeY) => operations.matmul(x, y, !transposeX, transposeY)
})

/** The rule with some operations replaced. */
const otherOperations =
  (overrides: Overrides | Partial<Operations<unknown>>) =>
  (right: Derivative): Derivative =>
  (operations, upstream, at, attributes) => {
    const instead: Readonly<Record<string, unknown>> = {
      ...(typeof overrides === 'function' ? overrides(operations) : overrides)
    }
    const wrong = new Proxy(operations, {
      get: (target, key): unknown => {
        const member: unknown =
          typeof key === 'string' && key in instead ? instead[key] : Reflect.get(target, key, target)
        return typeof member === 'function' ? member.bind(target) : member
      }
    })
    return right(wrong, upstream, at, attributes)
  }

/** The rule with -1.5 - x, not x, false for true, the first index for each, in place of a saved value. */
const otherValues =
  ({ input, output = false }: { readonly input?: number; readonly output?: boolean }) =>
  (right: Derivative): Derivative =>
  <T>(operations: Operations<T>, upstream: T, at: At<T>, attributes: unknown) => {
    const spoilt = (x: T): T => {
      const dtype = operations.dtypeOf(x)
      if (dtype === 'float32') return operations.sub(operations.fill([], -1.5, 'float32'), x)
      return dtype === 'bool'
        ? operations.equal(x, operations.fill([], 0, 'bool'))
        : operations.mul(x, operations.fill([], 0, 'int32'))
    }
    return right(
      operations,
      upstream,
      {
        count: at.count,
        shape: (index) => at.shape(index),
        input: (index) => (index === input ? spoilt(at.input(index)) : at.input(index)),
        output: () => (output ? spoilt(at.output()) : at.output())
      },
      attributes
    )
  }
