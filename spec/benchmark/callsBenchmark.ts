/**
 * (c) What TensorFlow's fat operations are worth on the CPU: each beside the plain ones that do the same, through the addon,
 * taking turns. It decides which of them the kernels call.
 */
import { isLeft } from 'fp-ts/Either'
import { tensorflowKernels } from 'gradfold'
import { type Addon, type Attribute, openAddon } from './addon'
import { inTurn, range, type Spread, spreadOf, table } from './numbers'
import type { Report, Settings } from './report'

const SIZES = [128, 1024]
const ROUNDS = 9
/** Milliseconds of each way in a round, and before the first. */
const TURN = 20
const WARM_UP = 100

/** A call or several; what comes out is new. */
type Way = () => ReadonlyArray<number>

interface Case {
  readonly name: string
  readonly size: number
  readonly run: Way
}

interface CallRow {
  readonly name: string
  readonly size: number
  readonly microseconds: Spread
}

export const measureCalls = ({ rounds = ROUNDS, threads }: Settings): Promise<Report> => {
  const found = tensorflowKernels({ threads })
  if (isLeft(found)) {
    return Promise.resolve({
      text: found.left.message,
      limits: [],
      losses: [],
      figures: { missing: found.left.message }
    })
  }
  const addon = openAddon()
  const rows = SIZES.flatMap((size) => measure(addon, casesOf(addon, size), rounds))
  return Promise.resolve({ text: callTable(found.right.device, rows), limits: [], losses: [], figures: rows })
}

/** The fat operation, then what it replaces; the plain ones that there is a choice between. */
const casesOf = (addon: Addon, size: number): ReadonlyArray<Case> => {
  const upload = (values: Float32Array | Int32Array, shape: ReadonlyArray<number>): number =>
    addon.createTensor(shape, values instanceof Int32Array ? addon.TF_INT32 : addon.TF_FLOAT, values)
  const numbers = (shape: ReadonlyArray<number>): number =>
    upload(
      Float32Array.from({ length: shape.reduce((product, n) => product * n, 1) }, (_, i) => Math.sin(i)),
      shape
    )
  const none: ReadonlyArray<Attribute> = []
  const flag = (name: string, value: boolean): ReadonlyArray<Attribute> => [{ name, type: addon.TF_ATTR_BOOL, value }]
  const type = (name: string, value: number): ReadonlyArray<Attribute> => [{ name, type: addon.TF_ATTR_TYPE, value }]
  const float = type('T', addon.TF_FLOAT)
  const second = flag('transpose_b', true)
  const all = [...flag('transpose_a', false), ...second, ...float]
  const call = (
    operation: string,
    inputs: ReadonlyArray<number>,
    attributes = none,
    outputs = 1
  ): ReadonlyArray<number> => addon.executeOp(operation, attributes, inputs, outputs).map(({ id }) => id)
  /** Deletes what only lies between. */
  const then = (between: ReadonlyArray<number>, next: (x: number) => ReadonlyArray<number>): ReadonlyArray<number> => {
    const results = next(between[0]!)
    for (const id of between) addon.deleteTensor(id)
    return results
  }
  const [x, g, row] = [numbers([size, size]), numbers([size, size]), numbers([size])]
  const labels = upload(
    Int32Array.from({ length: size }, (_, i) => i % size),
    [size]
  )
  const [zero, one] = [upload(Float32Array.of(0), []), upload(Float32Array.of(1), [])]
  const [axis, turn, depth] = [
    upload(Int32Array.of(0), [1]),
    upload(Int32Array.of(1, 0), [2]),
    upload(Int32Array.of(size), [])
  ]
  const y = call('Relu', [x])[0]!
  const list: ReadonlyArray<readonly [name: string, run: Way]> = [
    ['BiasAdd', () => call('BiasAdd', [x, row])],
    ['AddV2', () => call('AddV2', [x, row])],
    ['AddV2, its type named', () => call('AddV2', [x, row], float)],
    ['BiasAddGrad', () => call('BiasAddGrad', [g])],
    ['Sum over axis 0', () => call('Sum', [g, axis])],
    ['ReluGrad', () => call('ReluGrad', [g, y])],
    ['LessEqual, SelectV2', () => then(call('LessEqual', [y, zero]), (off) => call('SelectV2', [off, zero, g]))],
    ['Sign, MulNoNan', () => then(call('Sign', [y]), (on) => call('MulNoNan', [g, on]))],
    ['SparseSoftmaxCrossEntropyWithLogits', () => call('SparseSoftmaxCrossEntropyWithLogits', [x, labels], none, 2)],
    [
      'Softmax, OneHot, Sub (its gradient alone)',
      () =>
        then(call('Softmax', [x]), (chances) =>
          then(call('OneHot', [labels, depth, one, zero]), (hot) => call('Sub', [chances, hot]))
        )
    ],
    ['MatMul, second transposed', () => call('MatMul', [x, g], second)],
    ['MatMul, all attributes named', () => call('MatMul', [x, g], all)],
    ['Transpose, MatMul', () => then(call('Transpose', [g, turn]), (turned) => call('MatMul', [x, turned]))],
    ['Square', () => call('Square', [x])],
    ['Mul with itself', () => call('Mul', [x, x])],
    ['Mul by a scalar', () => call('Mul', [x, one])],
    ['Mul of two', () => call('Mul', [x, g])],
    [
      'Cast to float64 and back',
      () => then(call('Cast', [x], type('DstT', 2)), (w) => call('Cast', [w], type('DstT', 1)))
    ]
  ]
  return list.map(([name, run]) => ({ name, size, run }))
}

const measure = (addon: Addon, cases: ReadonlyArray<Case>, rounds: number): ReadonlyArray<CallRow> => {
  const samples = cases.map((): number[] => [])
  for (const { run } of cases) microseconds(addon, run, WARM_UP)
  for (let round = 0; round < rounds; round++) {
    for (const each of inTurn(cases, round)) samples[cases.indexOf(each)]!.push(microseconds(addon, each.run, TURN))
  }
  return cases.map(({ name, size }, i) => ({ name, size, microseconds: spreadOf(samples[i]!) }))
}

/** A call, its results deleted; the mean over this many milliseconds. */
const microseconds = (addon: Addon, run: Way, milliseconds: number): number => {
  const began = performance.now()
  let calls = 0
  while (performance.now() - began < milliseconds) {
    for (const id of run()) addon.deleteTensor(id)
    calls++
  }
  return ((performance.now() - began) * 1000) / calls
}

const callTable = (device: string, rows: ReadonlyArray<CallRow>): string =>
  table([
    [`us a call: ${device}`, ...SIZES.map((size) => `[${size}, ${size}]`)],
    ...rows
      .filter(({ size }) => size === SIZES[0])
      .map(({ name }) => [
        name,
        ...rows.filter((row) => row.name === name).map((row) => range(row.microseconds, row.size < 1000 ? 1 : 0))
      ])
  ])
