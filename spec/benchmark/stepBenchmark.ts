/** (b) measured: everyone from the same weights over the same batches, taking turns. */
import { inTurn, range, ratios, type Spread, spreadOf, table } from './numbers'
import type { Report, Settings } from './report'
import { randomBatches } from './step'
import type { StepGroup } from './stepGroups'

const SEED = 7
const BATCHES = 32
/** The losses of the first steps that must agree. */
const COMPARED = 5
const ROUNDS = 15

export interface StepRow {
  readonly name: string
  /** Milliseconds a step: the means of the rounds. */
  readonly milliseconds: Spread
  /** Times the second in the table, the step by hand that gradfold is held against; round by round. */
  readonly timesByHand: Spread
  /** Times the first, gradfold itself; round by round. */
  readonly timesGradfold: Spread
}

export const measureSteps = async (group: StepGroup, { rounds = ROUNDS, threads }: Settings): Promise<Report> => {
  const { title, players, missing } = await group.open({ seed: SEED, batches: randomBatches(BATCHES, SEED) }, threads)
  const losses: ReadonlyArray<number>[] = []
  for (const player of players) losses.push(await player.firstLosses(COMPARED))
  for (const player of players) await player.warmUp(group.warmUp)

  const before = players.map((player) => player.live())
  const samples = players.map((): number[] => [])
  for (let round = 0; round < rounds; round++) {
    for (const player of inTurn(players, round)) {
      samples[players.indexOf(player)]!.push(await player.round(round * group.steps, group.steps))
    }
  }
  players.forEach(({ name }, i) => {
    const leaked = players[i]!.live() - before[i]!
    if (leaked !== 0) throw new Error(`${name} leaves ${leaked} tensors behind`)
  })
  const rows = players.map(({ name }, i): StepRow => ({
    name,
    milliseconds: spreadOf(samples[i]!),
    timesByHand: spreadOf(ratios(samples[i]!, samples[1]!)),
    timesGradfold: spreadOf(ratios(samples[i]!, samples[0]!))
  }))
  return {
    text: [...(rows.length === 0 ? [] : [stepTable(title, rows)]), ...missing].join('\n'),
    limits: group.limits(rows),
    losses: players.map(({ name }, i) => ({ name: `${name} (${group.name})`, values: losses[i]! })),
    figures: { title, rows, missing }
  }
}

const stepTable = (title: string, rows: ReadonlyArray<StepRow>): string =>
  table([
    [`a training step: ${title}`, 'ms', 'x by hand', 'x gradfold'],
    ...rows.map(({ name, milliseconds, timesByHand, timesGradfold }) => [
      name,
      range(milliseconds, 2),
      range(timesByHand, 2),
      range(timesGradfold, 2)
    ])
  ])
