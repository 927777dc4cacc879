/** What a writer that will be killed writes in each round, told apart by its numbers. */
import type { HostTensor } from '../../../src/kernels/tensor'

const sizes = [1, 1000, 300_000, 10, 50_000]

export const lengthOf = (round: number): number => sizes[round % sizes.length] ?? 1

/** As many numbers as the round has, all of them its own. */
export const tensorOf = (round: number): HostTensor => ({
  shape: [lengthOf(round)],
  dtype: 'float32',
  values: new Float32Array(lengthOf(round)).fill(round)
})
