/** (b): who is measured beside gradfold on each kernel set, and what is asked of gradfold there. */
import { isLeft } from 'fp-ts/Either'
import { type Kernels, referenceKernels, tensorflowKernels, wasmKernels } from 'gradfold'
import { openAddon } from './addon'
import { inProcess, type Player } from './player'
import type { Limit } from './report'
import { type HostBatch, type StartLayer, startLayers, type StepContestant } from './step'
import type { StepRow } from './stepBenchmark'
import { stepByExecuteOp } from './stepByExecuteOp'
import { stepByHand } from './stepByHand'
import { pythonPlayers } from './stepInPython'
import { stepOnTape } from './stepOnTape'
import { setUpTfjs, stepInCore, stepInLayers } from './tfjs'
import { stepOnTfjsKernels } from './tfjsByHand'

/** What everyone starts with. */
interface Start {
  readonly seed: number
  readonly batches: ReadonlyArray<HostBatch>
}

interface Field {
  readonly title: string
  /** gradfold first, then the step by hand that it is held against. */
  readonly players: ReadonlyArray<Player>
  /** Who would be measured too, and what there is not for them; for people. */
  readonly missing: ReadonlyArray<string>
}

export interface StepGroup {
  readonly name: string
  /** In a round. */
  readonly steps: number
  /** Steps of each before the first round, ten seconds at most: V8 has optimised all of gradfold's after 3,000. */
  readonly warmUp: number
  open(start: Start, threads: number): Promise<Field>
  limits(rows: ReadonlyArray<StepRow>): ReadonlyArray<Limit>
}

const CORE = 'tfjs-core'

const limitsOf =
  (name: string, timesByHand: number, coreTimesGradfold: number) =>
  (rows: ReadonlyArray<StepRow>): ReadonlyArray<Limit> => {
    const own = rows.slice(0, 1).map((row) => row.timesByHand.median)
    const core = rows.filter((row) => row.name === CORE).map((row) => row.timesGradfold.median)
    return [
      ...own.map((value) => ({ what: `a step on ${name}, times by hand`, value, atMost: timesByHand })),
      ...core.map((value) => ({ what: `tfjs-core on ${name}, times gradfold`, value, atLeast: coreTimesGradfold }))
    ]
  }

const onKernels = (kernels: Kernels, layers: ReadonlyArray<StartLayer>): ReadonlyArray<StepContestant> => [
  stepByHand(kernels.withOwnAllocations(), layers, '[in, out]'),
  stepByHand(kernels.withOwnAllocations(), layers, '[out, in]')
]

const wasm: StepGroup = {
  name: 'wasm',
  steps: 20,
  warmUp: 3000,
  open: async ({ seed, batches }) => {
    await setUpTfjs('wasm')
    const kernels = wasmKernels()
    const layers = startLayers(kernels, seed)
    const contestants = [
      stepOnTape(kernels.withOwnAllocations(), seed),
      ...onKernels(kernels, layers),
      stepOnTfjsKernels(layers),
      stepInCore(layers),
      stepInLayers(layers)
    ]
    return { title: kernels.device, players: contestants.map((each) => inProcess(each, batches)), missing: [] }
  },
  limits: limitsOf('wasm', 1.1, 3)
}

const tensorflow: StepGroup = {
  name: 'tensorflow',
  steps: 20,
  warmUp: 3000,
  open: async ({ seed, batches }, threads) => {
    const found = tensorflowKernels({ threads })
    if (isLeft(found)) return { title: 'tensorflow', players: [], missing: [found.left.message] }
    const kernels = found.right
    // After gradfold, which sets what TensorFlow reads when it starts.
    await setUpTfjs('tensorflow')
    const layers = startLayers(kernels, seed)
    const contestants = [
      stepOnTape(kernels.withOwnAllocations(), seed),
      stepByExecuteOp(openAddon(), layers, 'all attributes'),
      stepByExecuteOp(openAddon(), layers, 'inferred attributes'),
      ...onKernels(kernels, layers),
      stepInCore(layers),
      stepInLayers(layers)
    ]
    const { players, missing } = pythonPlayers({ layers, batches }, threads)
    return {
      title: kernels.device,
      players: [...contestants.map((each) => inProcess(each, batches)), ...players],
      missing
    }
  },
  limits: limitsOf('tensorflow', 1.15, 2.5)
}

const reference: StepGroup = {
  name: 'reference',
  steps: 2,
  warmUp: 2,
  open: ({ seed, batches }) => {
    const kernels = referenceKernels()
    const contestants = [
      stepOnTape(kernels.withOwnAllocations(), seed),
      stepByHand(kernels, startLayers(kernels, seed), '[in, out]')
    ]
    const players = contestants.map((each) => inProcess(each, batches))
    return Promise.resolve({ title: kernels.device, players, missing: [] })
  },
  limits: () => []
}

export const stepGroups: ReadonlyArray<StepGroup> = [wasm, tensorflow, reference]
