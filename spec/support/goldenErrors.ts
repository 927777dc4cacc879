/** How far a kernel set is from PyTorch. */
import type { KernelSet } from './kernelSets'
import type { Pair } from './goldenMeasured'

/** What a kernel set computes in, and so what may be lost. */
export interface Precision {
  /** The largest error that is rounding, as a part of the tensor's largest number. */
  readonly tolerance: number
  /** What it cannot tell from 0. */
  readonly smallest: number
  /** The nearest number that it has. */
  readonly rounded: (x: number) => number
}

const float64: Precision = { tolerance: 1e-10, smallest: 0, rounded: (x) => x }
const float32: Precision = { tolerance: 1e-5, smallest: 2 ** -126, rounded: Math.fround }

export const precisionOf = ({ name }: Pick<KernelSet, 'name'>): Precision => (name === 'reference' ? float64 : float32)

/**
 * The largest difference as a part of the largest number that was wanted. Infinity where one is NaN or infinite and the other
 * is not the same, where the shape or dtype is another, and where int32 or bool is not just what was wanted.
 */
export const goldenError = ({ dtype, wanted, got, misfit }: Pair, { smallest, rounded }: Precision): number => {
  const size = wanted?.length ?? got?.length ?? 0
  const isReal = dtype === 'float32'
  const expected = (wanted ?? new Array<number>(size).fill(0)).map(isReal ? rounded : (x) => x)
  const found = got ?? new Array<number>(size).fill(0)
  if (misfit !== undefined || found.length !== size) return Infinity
  const distances = expected.map((number, i) => distance(number, found[i] ?? NaN, smallest))
  if (!isReal) return distances.every((far) => far === 0) ? 0 : Infinity
  const scale = Math.max(0, ...expected.filter(Number.isFinite).map(Math.abs))
  return Math.max(0, ...distances.map((far) => (far === 0 ? 0 : far / scale)))
}

/** 0 for what is the same, 0 and -0 among it. */
const distance = (wanted: number, got: number, smallest: number): number => {
  if (wanted === got || (Number.isNaN(wanted) && Number.isNaN(got))) return 0
  if (!Number.isFinite(wanted) || !Number.isFinite(got)) return Infinity
  return Math.max(0, Math.abs(wanted - got) - smallest)
}

/** Whether there is 0 where PyTorch has -0, or the other way round. */
export const hasOtherZeros = ({ wanted, got }: Pair): boolean =>
  wanted?.some((number, i) => number === 0 && got?.[i] === 0 && !Object.is(number, got[i])) ?? false
