import { isLeft, left } from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import type { Result } from '../error/result'
import { atPath, invalidArgument } from '../error/tensorError'
import { gather } from '../operation/gather'
import { type Indices, recordIndexed } from '../operation/indices'
import { notEqual } from '../operation/notEqual'
import { reshape } from '../operation/reshape'
import { select } from '../operation/select'
import { checkInitializer, type Initializer, initialValues, normalInit } from '../random/initializers'
import { allOrNothing } from '../tape/allOrNothing'
import { detach, drawnParameter } from '../tape/leaf'
import { contextOf, takeKey, type Tape, type Traced } from '../tape/tape'
import { map, trace } from '../tape/trace'
import type { Variable } from '../tape/variable'
import { checkSizes } from './sizes'

/** A table with a row of features for each index. */
export interface Embedding {
  readonly _tag: 'Embedding'
  readonly count: number
  readonly features: number
  /** The row that gets no gradient, from 0 up. */
  readonly paddingIndex?: number
  /** `[count, features]` */
  readonly weight: Variable
}

/** Settings of embedding. */
export interface EmbeddingSettings {
  /** A row that stands for nothing: it begins at 0 and gets no gradient. Negative from the end. None by default. */
  readonly paddingIndex?: number
  /** How the weight begins; normal with mean 0 and standard deviation 1 by default. */
  readonly init?: Initializer
}

/**
 * A table of `count` rows of features, as words or categories have them: a weight `[count, features]` drawn with the
 * tape's next key, of the standard normal distribution by default. To an initialiser that asks, fanIn is features and
 * fanOut is count. PyTorch's Embedding.
 *
 * InvalidArgument: a count or features that are not whole numbers from 1 up, a paddingIndex without its row, or an
 * initialiser that cannot be drawn from. InvalidShape: a weight larger than a tensor of these kernels.
 * @example
 * import { defaultKernels, embedding, parameterCount, startTape } from 'gradfold'
 * import { isRight } from 'fp-ts/Either'
 * const words = embedding(startTape(defaultKernels()), 10000, 64, { paddingIndex: 0 })
 * if (isRight(words)) console.log(parameterCount(words.right.value)) // => 640000
 */
export const embedding = (
  tape: Tape,
  count: number,
  features: number,
  { paddingIndex, init = normalInit() }: EmbeddingSettings = {}
): Result<Traced<Embedding>> => {
  const checked = checkEmbedding(count, features, paddingIndex, init)
  if (isLeft(checked)) return left(atPath(contextOf(tape).path)(checked.left))
  const { value: key, tape: next } = takeKey(tape)
  const shape = [count, features]
  const padding = paddingIndex === undefined ? {} : { paddingIndex: paddingIndex + (paddingIndex < 0 ? count : 0) }
  const draw = (): Float64Array => {
    const values = initialValues(init, key, shape, { fanIn: features, fanOut: count })
    const { paddingIndex: row } = padding
    return row === undefined ? values : values.fill(0, row * features, (row + 1) * features)
  }
  return pipe(
    drawnParameter(next, 'embedding', 'weight', shape, draw),
    map((weight): Embedding => ({ _tag: 'Embedding', count, features, ...padding, weight }))
  )
}

const checkEmbedding = (
  count: number,
  features: number,
  paddingIndex: number | undefined,
  init: Initializer
): Result<void> => {
  const sized = checkSizes('embedding', { count, features }, 'the table has count rows of features numbers')
  if (isLeft(sized)) return sized
  if (
    paddingIndex !== undefined &&
    !(Number.isInteger(paddingIndex) && paddingIndex >= -count && paddingIndex < count)
  ) {
    const text =
      `embedding needs paddingIndex to be a row of its table, ${-count} to ${count - 1}, not ${String(paddingIndex)}: ` +
      'make the table larger by one row if padding has none yet.'
    return left(invalidArgument('embedding', 'paddingIndex', paddingIndex, text))
  }
  return checkInitializer('embedding', init, [count, features])
}

/**
 * The rows that the int32 indices `[...]` name, `[..., features]`; indices that are not on the tape yet are recorded.
 *
 * Derivative: each row of g is added to the row of the weight that it came from, but nothing to the padding row.
 * Errors: IndexOutOfBounds, DtypeError for indices that are not whole, ForeignVariable, Released.
 * @example
 * import { defaultKernels, embedding, embeddingForward, startTape, trace } from 'gradfold'
 * trace(startTape(defaultKernels()), function* (run) {
 *   const words = yield* run(embedding, 100, 8)
 *   return yield* run(embeddingForward, words, [[3, 14, 15], [92, 65, 0]]) // [2, 3, 8]
 * })
 */
export const embeddingForward = (
  tape: Tape,
  { weight, paddingIndex }: Embedding,
  indices: Indices
): Result<Traced<Variable>> =>
  recordIndexed('embeddingForward', tape, indices, (at, places) =>
    paddingIndex === undefined ? gather(at, weight, places) : padded(at, weight, places, paddingIndex)
  )

/** The padding rows are chosen from a copy through which no gradient flows. */
const padded = (tape: Tape, weight: Variable, places: Variable, paddingIndex: number): Result<Traced<Variable>> =>
  allOrNothing(tape, () =>
    trace(tape, function* (run) {
      const rows = yield* run(gather, weight, places)
      const column = yield* run(reshape, places, [...places.shape, 1])
      const isWord = yield* run(notEqual, column, paddingIndex)
      return yield* run(select, isWord, rows, yield* run(detach, rows))
    })
  )
