/** (b) measured: everyone from the same weights over the same batches, taking turns in one process. */
import { wasmKernels } from 'gradfold'
import { inTurn, range, ratios, type Spread, spreadOf, table } from './numbers'
import { type HostBatch, randomBatches, startLayers, type StepContestant } from './step'
import { stepByHand } from './stepByHand'
import { stepOnTape } from './stepOnTape'
import { setUpTfjs, stepInCore, stepInLayers } from './tfjs'
import { stepOnTfjsKernels } from './tfjsByHand'

const SEED = 7
/** The losses of the first steps that must agree, and how well, relative. */
const COMPARED = 5
const TOLERANCE = 1e-4
/** Milliseconds for each contestant before the first round: V8 has optimised gradfold's step after about a thousand. */
const WARM_UP = 4000
/** Steps of each contestant in one round, and before it, until the processor's caches hold its numbers again. */
const STEPS = 20
const REFRESH = 2
const BATCHES = 32

export interface StepRow {
  readonly name: string
  /** Milliseconds a step: the means of the rounds. */
  readonly milliseconds: Spread
  /** Times the step by hand on gradfold's kernels, round by round. */
  readonly timesByHand: Spread
  /** Times gradfold's own, round by round. */
  readonly timesGradfold: Spread
  readonly firstLosses: ReadonlyArray<number>
}

export const measureSteps = async (rounds: number): Promise<ReadonlyArray<StepRow>> => {
  await setUpTfjs()
  const kernels = wasmKernels()
  const layers = startLayers(kernels, SEED)
  const contestants = [
    stepOnTape(kernels.withOwnAllocations(), SEED),
    stepByHand(kernels.withOwnAllocations(), layers, '[in, out]'),
    stepByHand(kernels.withOwnAllocations(), layers, '[out, in]'),
    stepOnTfjsKernels(layers),
    stepInCore(layers),
    stepInLayers(layers)
  ]
  const batches = randomBatches(BATCHES, SEED)
  const losses: number[][] = []
  for (const contestant of contestants) losses.push(await runAll(contestant, batches.slice(0, COMPARED)))
  compare(contestants, losses)
  for (const contestant of contestants) {
    for (const end = performance.now() + WARM_UP; performance.now() < end;) await runAll(contestant, batches)
  }

  const before = contestants.map((contestant) => contestant.live())
  const samples = contestants.map((): number[] => [])
  for (let round = 0; round < rounds; round++) {
    const turn = chosen(batches, round * STEPS, STEPS)
    for (const contestant of inTurn(contestants, round)) {
      await runAll(contestant, turn.slice(0, REFRESH))
      const began = performance.now()
      await runAll(contestant, turn)
      samples[contestants.indexOf(contestant)]!.push((performance.now() - began) / STEPS)
    }
  }
  contestants.forEach(({ name }, i) => {
    const leaked = contestants[i]!.live() - before[i]!
    if (leaked !== 0) throw new Error(`${name} leaves ${leaked} tensors behind`)
  })
  return contestants.map(({ name }, i) => ({
    name,
    milliseconds: spreadOf(samples[i]!),
    timesByHand: spreadOf(ratios(samples[i]!, samples[1]!)),
    timesGradfold: spreadOf(ratios(samples[i]!, samples[0]!)),
    firstLosses: losses[i]!
  }))
}

const runAll = async (contestant: StepContestant, batches: ReadonlyArray<HostBatch>): Promise<number[]> => {
  const losses: number[] = []
  for (const batch of batches) {
    const loss = contestant.run(batch)
    losses.push(typeof loss === 'number' ? loss : await loss)
  }
  return losses
}

const chosen = (batches: ReadonlyArray<HostBatch>, from: number, count: number): ReadonlyArray<HostBatch> =>
  Array.from({ length: count }, (_, i) => batches[(from + i) % batches.length]!)

const compare = (contestants: ReadonlyArray<StepContestant>, losses: ReadonlyArray<ReadonlyArray<number>>): void => {
  contestants.forEach(({ name }, i) => {
    losses[i]!.forEach((loss, step) => {
      const expected = losses[1]![step]!
      if (Math.abs(loss - expected) <= TOLERANCE * Math.abs(expected)) return
      throw new Error(`step ${step + 1}: the loss of ${name} is ${loss}, by hand it is ${expected}`)
    })
  })
}

export const stepTable = (rows: ReadonlyArray<StepRow>): string =>
  table([
    ['a training step', 'ms', 'x by hand', 'x gradfold'],
    ...rows.map(({ name, milliseconds, timesByHand, timesGradfold }) => [
      name,
      range(milliseconds, 2),
      range(timesByHand, 2),
      range(timesGradfold, 2)
    ])
  ])
