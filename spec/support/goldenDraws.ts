/** Initialisers: PyTorch draws other numbers, but from where it draws can be compared. */
import {
  heNormal,
  heUniform,
  type Initializer,
  type Kernels,
  lecunNormal,
  lecunUniform,
  linear,
  ones,
  read,
  startTape,
  xavierNormal,
  xavierUniform,
  zeros
} from 'gradfold'
import { drawNormal } from '../../src/random/drawNormal'
import { drawUniform } from '../../src/random/drawUniform'
import type { RandomKey } from '../../src/random/key'
import { takeKey } from '../../src/tape/tape'
import type { GoldenDraw } from './golden'
import type { Pair } from './goldenMeasured'
import { rightOf } from './results'

const initializers: Readonly<Record<string, Initializer>> = {
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
  ones,
  xavierNormal,
  xavierUniform,
  zeros
}

/** The weight of a linear layer beside what the same key draws from PyTorch's distribution. */
export const measureDraw = (kernels: Kernels, row: GoldenDraw): ReadonlyArray<Pair> => {
  const init = initializers[row.of]
  if (init === undefined) throw new Error(`spec/support/goldenDraws.ts has no initialiser for the rows of ${row.of}`)
  const [outFeatures, inFeatures] = row.shape
  const tape = startTape(kernels, { seed: 11 })
  const { weight } = rightOf(linear(tape, inFeatures!, outFeatures!, { init })).value
  const wanted = drawn(takeKey(tape).value, row, outFeatures! * inFeatures!)
  return [{ part: 'value', which: 0, dtype: 'float32', wanted, got: Array.from(rightOf(read(weight)).values) }]
}

const drawn = (key: RandomKey, row: GoldenDraw, size: number): ReadonlyArray<number> => {
  if ('value' in row) return row.value.values.map(Number)
  return Array.from('low' in row ? drawUniform(key, size, row.low, row.high) : drawNormal(key, size, row.mean, row.std))
}
