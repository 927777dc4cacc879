/** Kernels that fail at the n-th call, for every n: the result is a Left, nothing is lost, nothing is left behind. */
import { isLeft } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import { isSome } from 'fp-ts/Option'
import {
  activation,
  adam,
  andThen,
  backward,
  forward,
  gradient,
  greater,
  initialState,
  jacobian,
  KernelFailure,
  linear,
  linearForward,
  logSoftmax,
  matmul,
  mean,
  memory,
  mseLoss,
  mul,
  named,
  nested,
  parameters,
  referenceKernels,
  release,
  renew,
  type Result,
  scope,
  select,
  sequential,
  sgd,
  show,
  softmax,
  softmaxCrossEntropy,
  startTraining,
  sum,
  type Tape,
  trace,
  trainingStep,
  transpose,
  uniform,
  update,
  type Variable,
  wasmKernels
} from 'gradfold'
import { Heap } from '../../src/kernels/wasm/heap'
import { faultyKernels } from '../../src/testing/faultyKernels'
import { onTape } from '../support/leaks'
import { leftOf, rightOf } from '../support/results'

const network = (tape: Tape) =>
  trace(tape, function* (run) {
    const model = yield* run(
      sequential,
      (at: Tape) => linear(at, 3, 4),
      activation('tanh'),
      (at: Tape) => linear(at, 4, 2),
      activation('softmax')
    )
    const x = yield* run(uniform, [2, 5, 3])
    const y = yield* run(uniform, [2, 5, 2])
    const loss = yield* run(mseLoss, yield* run(forward, model, x), y)
    return { model, x, y, loss }
  })

interface Made {
  readonly model: Parameters<typeof forward>[1]
  readonly x: Variable
  readonly y: Variable
  readonly loss: Variable
}

/** Everything that computes, called on a tape with a network and its loss. */
const programs: Readonly<Record<string, (tape: Tape, made: Made) => Result<unknown>>> = {
  linear: (tape) => linear(tape, 3, 2),
  linearForward: (tape, { model, x }) =>
    model._tag === 'Sequential' && model.layers[0]?._tag === 'Linear'
      ? linearForward(tape, model.layers[0], x)
      : linear(tape, 0, 0),
  mseLoss: (tape, { x }) => mseLoss(tape, x, x),
  'softmaxCrossEntropy of labels': (tape, { x }) =>
    softmaxCrossEntropy(tape, x, { shape: [2, 5], values: new Int32Array(10) }),
  'softmaxCrossEntropy of distributions': (tape, { x }) => softmaxCrossEntropy(tape, x, x),
  'a number beside a variable': (tape, { x }) => mul(tape, x, 2),
  'select of numbers': (tape, { x }) =>
    scope(tape, (inner) =>
      pipe(
        greater(inner, x, 0.5),
        andThen((at, condition) => select(at, condition, 1, 0))
      )
    ),
  'softmax along another axis': (tape, { x }) => softmax(tape, x, { axis: 0 }),
  'logSoftmax along another axis': (tape, { x }) => logSoftmax(tape, x, { axis: 1 }),
  'sum over axes apart': (tape, { x }) => sum(tape, x, { axis: [0, 2] }),
  'mean over axes apart': (tape, { x }) => mean(tape, x, { axis: [0, 2] }),
  'matmul of batches': (tape, { x }) => matmul(tape, x, x, { transposeX: true }),
  transpose: (tape, { x }) => transpose(tape, x),
  backward: (tape, { loss }) => backward(tape, loss),
  'backward that keeps': (tape, { loss, x }) => backward(tape, loss, { keep: [x] }),
  gradient: (tape, { loss, x }) => gradient(tape, loss, { x }),
  jacobian: (tape, { loss, x }) => jacobian(tape, loss, x),
  sequential: (tape) =>
    sequential(
      tape,
      (at: Tape) => linear(at, 2, 3),
      (at: Tape) => linear(at, 3, 2)
    ),
  forward: (tape, { model, x }) => forward(tape, model, x),
  'a scope in a scope': (tape, { model, x }) =>
    scope(tape, (outer) => scope(outer, (inner) => named(inner, 'deep', (at) => forward(at, model, x)))),
  renew: (tape) => renew(tape, (inner) => linear(inner, 3, 4)),
  'update with momentum': (tape, { model, loss }) =>
    scope(tape, (inner) => {
      const gradients = backward(inner, loss)
      return isLeft(gradients)
        ? gradients
        : update(inner, sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }), {
            model,
            gradients: gradients.right
          })
    }),
  trainingStep: (tape, { model, x, y }) =>
    trainingStep(
      startTraining({ value: model, tape }),
      adam(),
      (inner, layer) => trace(inner, function* (run) { return yield* run(mseLoss, yield* run(forward, layer, x), y) }) // prettier-ignore
    )
}

/** All that there was before, in numbers. */
const numbersOf = ({ model, x, y, loss }: Made): unknown =>
  [x, y, loss, ...parameters(model).map(({ variable }) => variable)].map((variable) => rightOf(nested(variable)))

describe('out of memory at any call of a kernel', () => {
  it.each(Object.entries(programs))('%s is a Left, and all is as before', (_, program) => {
    const faulty = faultyKernels(referenceKernels())
    onTape(faulty.kernels, (empty) => {
      const { value: made, tape } = rightOf(network(empty))
      const before = { numbers: numbersOf(made), memory: memory(faulty.kernels), tape: show(tape) }
      const seen = (): typeof before => ({
        numbers: numbersOf(made),
        memory: memory(faulty.kernels),
        tape: show(tape)
      })
      for (let calls = 0; ; calls++) {
        faulty.failAfter(calls)
        const result = program(tape, made)
        const hasFailed = isSome(faulty.fault())
        faulty.failAfter(Infinity)
        if (!hasFailed) {
          expect(calls).toBeGreaterThan(0)
          return
        }
        expect(leftOf(result)).toMatchObject({ _tag: 'KernelError', kernels: 'reference', reason: 'outOfMemory' })
        expect(seen()).toEqual(before)
      }
    })
  })

  it('an error that is handed on names the layer', () => {
    const faulty = faultyKernels(referenceKernels())
    onTape(faulty.kernels, (empty) => {
      const { value: made, tape } = rightOf(network(empty))
      const paths: string[] = []
      for (let calls = 0; calls < 10; calls++) {
        faulty.failAfter(calls)
        const result = scope(tape, (inner) => named(inner, 'model', (at) => forward(at, made.model, made.x)))
        if (isLeft(result)) paths.push(result.left.path)
        else release(result.right.value)
      }
      expect(new Set(paths)).toEqual(new Set(['model.0', 'model.1', 'model.2', 'model.3']))
    })
  })

  it('a step that failed can be made again, and gives what it would have given', () => {
    const faulty = faultyKernels(referenceKernels())
    onTape(faulty.kernels, (empty) => {
      const { value: made, tape } = rightOf(network(empty))
      const state = startTraining({ value: made.model, tape })
      const loss = (inner: Tape, model: Made['model']) =>
        trace(inner, function* (run) {
          return yield* run(
            mseLoss,
            yield* run(forward, model, yield* run(uniform, [4, 3])),
            yield* run(uniform, [4, 2])
          )
        })
      const step = () => trainingStep(state, adam(), loss)
      const numbers = () => {
        const { value, tape: at } = rightOf(step())
        return {
          loss: value.loss,
          model: parameters(value.model).map(({ variable }) => rightOf(nested(variable))),
          tape: show(at)
        }
      }
      const expected = numbers()
      faulty.failAfter(12)
      expect(leftOf(step())._tag).toBe('KernelError')
      expect(numbers()).toEqual(expected)
      expect(state.value.optimizer).toBe(initialState)
    })
  })
})

describe('out of memory at any allocation in the WebAssembly heap, in the middle of a kernel, too', () => {
  it.each(Object.entries(programs))('%s is a Left, and all is as before', (_, program) => {
    const kernels = wasmKernels()
    let left = Infinity
    // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with its own `this`
    const { allocate } = Heap.prototype
    const spy = jest.spyOn(Heap.prototype, 'allocate').mockImplementation(function (this: Heap, bytes) {
      if (left-- === 0) throw new KernelFailure('outOfMemory', 'no room')
      return allocate.call(this, bytes)
    })
    try {
      onTape(kernels, (empty) => {
        const { value: made, tape } = rightOf(network(empty))
        const before = { numbers: numbersOf(made), memory: memory(kernels) }
        for (let calls = 0; ; calls++) {
          left = calls
          const result = program(tape, made)
          const hasFailed = left < 0
          left = Infinity
          if (!hasFailed) break
          expect(leftOf(result)).toMatchObject({ _tag: 'KernelError', kernels: 'wasm', reason: 'outOfMemory' })
          expect({ numbers: numbersOf(made), memory: memory(kernels) }).toEqual(before)
        }
      })
      expect(spy).toHaveBeenCalled()
    } finally {
      spy.mockRestore()
    }
  })
})
