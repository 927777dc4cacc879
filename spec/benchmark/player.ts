/** Who takes part in the rounds of a training step, in this process or in one of its own. */
import type { HostBatch, StepContestant } from './step'

export interface Player {
  readonly name: string
  /** The losses of the first steps from the start, each before its update. Asked for once, before all else. */
  firstLosses(count: number): Promise<ReadonlyArray<number>>
  /** So many steps, or as many as ten seconds hold. */
  warmUp(steps: number): Promise<void>
  /** Milliseconds a step, of as many steps, of which the first takes this batch. */
  round(from: number, steps: number): Promise<number>
  /** Live tensors: as many at the end as after the warm-up. */
  live(): number
}

/** Milliseconds. */
const LONGEST_WARM_UP = 10_000
/** Steps before each round, until the processor's caches hold this player's numbers again. */
const REFRESH = 2

export const inProcess = (contestant: StepContestant, batches: ReadonlyArray<HostBatch>): Player => ({
  name: contestant.name,
  live: () => contestant.live(),
  firstLosses: (count) => runAll(contestant, batches.slice(0, count)),
  warmUp: async (steps) => {
    const end = performance.now() + LONGEST_WARM_UP
    for (let i = 0; i < steps && performance.now() < end; i++) await runAll(contestant, [batches[i % batches.length]!])
  },
  round: async (from, steps) => {
    const turn = Array.from({ length: steps }, (_, i) => batches[(from + i) % batches.length]!)
    await runAll(contestant, turn.slice(0, REFRESH))
    const began = performance.now()
    await runAll(contestant, turn)
    return (performance.now() - began) / steps
  }
})

const runAll = async (contestant: StepContestant, batches: ReadonlyArray<HostBatch>): Promise<number[]> => {
  const losses: number[] = []
  for (const batch of batches) {
    const loss = contestant.run(batch)
    losses.push(typeof loss === 'number' ? loss : await loss)
  }
  return losses
}
