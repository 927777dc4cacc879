/** Initialisers: PyTorch draws other numbers, but from where it draws can be compared. */
import {
  constantInit,
  drawParameter,
  heNormal,
  heUniform,
  identityMatrix,
  type Initializer,
  type Kernels,
  lecunNormal,
  lecunUniform,
  linear,
  normalInit,
  ones,
  read,
  type Scalable,
  startTape,
  type Tape,
  uniformInit,
  type Variable,
  withGain,
  xavierNormal,
  xavierUniform,
  zeros
} from 'gradfold'
import { sizeOf } from '../../src/kernels/shape'
import { drawNormal } from '../../src/random/drawNormal'
import { drawUniform } from '../../src/random/drawUniform'
import type { RandomKey } from '../../src/random/key'
import { takeKey } from '../../src/tape/tape'
import type { GoldenDraw, GoldenDrawSettings } from './golden'
import type { Pair } from './goldenMeasured'
import { rightOf } from './results'

const named: Readonly<Record<string, Initializer>> = {
  heNormal,
  heUniform,
  identityMatrix,
  lecunNormal,
  lecunUniform,
  ones,
  xavierNormal,
  xavierUniform,
  zeros
}

const scalable: Readonly<Record<string, Scalable>> = { lecunNormal, lecunUniform, xavierNormal, xavierUniform }

/** Those that are made, of the row's settings. */
const made: Readonly<Record<string, (row: GoldenDrawSettings) => Initializer | undefined>> = {
  constantInit: ({ settings }) => constantInit(settings?.['value'] ?? NaN),
  normalInit: ({ settings }) => normalInit(settings),
  uniformInit: ({ settings }) => uniformInit(settings),
  withGain: ({ base = '', settings }) => {
    const initializer = scalable[base]
    return initializer && withGain(initializer, settings?.['gain'] ?? NaN)
  }
}

/** The weight of a linear layer, or a parameter of more axes, beside what the same key draws from PyTorch's distribution. */
export const measureDraw = (kernels: Kernels, row: GoldenDraw): ReadonlyArray<Pair> => {
  const init = named[row.of === 'drawParameter' ? (row.base ?? '') : row.of] ?? made[row.of]?.(row)
  if (init === undefined) throw new Error(`spec/support/goldenDraws.ts has no initialiser for the rows of ${row.of}`)
  const tape = startTape(kernels, { seed: 11 })
  const wanted = drawn(takeKey(tape).value, row, sizeOf(row.shape))
  const weight =
    row.of === 'drawParameter' ? rightOf(drawParameter(tape, row.shape, { init })).value : ofLinear(tape, row, init)
  return [{ part: 'value', which: 0, dtype: 'float32', wanted, got: Array.from(rightOf(read(weight)).values) }]
}

const ofLinear = (tape: Tape, { shape }: GoldenDraw, init: Initializer): Variable => {
  const [outFeatures, inFeatures] = shape
  return rightOf(linear(tape, inFeatures!, outFeatures!, { init })).value.weight
}

const drawn = (key: RandomKey, row: GoldenDraw, size: number): ReadonlyArray<number> => {
  if ('value' in row) return row.value.values.map(Number)
  return Array.from('low' in row ? drawUniform(key, size, row.low, row.high) : drawNormal(key, size, row.mean, row.std))
}
