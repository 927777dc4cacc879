/** Batches by formula, as spec/golden/rows_networks.py makes them, so that no row has to hold them. */
import type { HostTensor, Shape } from 'gradfold'
import { sizeOf } from '../../src/kernels/shape'
import { goldenWeights } from './golden'
import { hostTensor } from './hostTensors'

/** Numbers in -2 to 2, chances in 0 to 1, or, of `count` classes, indices, labels with every fifth one -100, 1 and -1, distributions. */
export type GoldenData =
  | { readonly of: 'numbers' | 'chances'; readonly shape: Shape }
  | {
      readonly of: 'indices' | 'labelsOrNone' | 'signs' | 'distributions' | 'logDistributions'
      readonly shape: Shape
      readonly count: number
    }

export const goldenBatch = (data: GoldenData, start: number): HostTensor => {
  const { shape } = data
  const size = sizeOf(shape)
  if (!('count' in data)) {
    const values = goldenWeights(size, start)
    return hostTensor(shape, data.of === 'numbers' ? values : values.map((x) => (x + 2) / 4))
  }
  const { count } = data
  const places = Array.from({ length: size }, (_, i) => Math.floor(((13 * i * (i + 1)) / 2 + 5 * start) / 2) % count)
  switch (data.of) {
    case 'indices':
      return hostTensor(shape, places, 'int32')
    case 'labelsOrNone':
      return hostTensor(
        shape,
        places.map((place, i) => (i % 5 === 4 ? -100 : place)),
        'int32'
      )
    case 'signs':
      return hostTensor(
        shape,
        places.map((place) => (place % 2 === 0 ? 1 : -1))
      )
    case 'distributions':
      return hostTensor([...shape, count], likely(places, count))
    case 'logDistributions':
      return hostTensor(
        [...shape, count],
        likely(places, count).map((p) => Math.fround(Math.log(p)))
      )
  }
}

/** Half of it at its place, and half shared by all. */
const likely = (places: ReadonlyArray<number>, count: number): ReadonlyArray<number> =>
  places.flatMap((place) => Array.from({ length: count }, (_, i) => (i === place ? 0.5 : 0) + 0.5 / count))
