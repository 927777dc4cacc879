/**
 * The tape: an opaque, immutable value. It holds what was recorded, the kernels that computed it, the random key that the
 * next draw takes, whether this is training or evaluation, and the layer path that entries are recorded under.
 */
import { inspected } from '../kernels/inspected'
import type { Kernels } from '../kernels/kernels'
import type { Tensor } from '../kernels/tensor'
import { childKey, type RandomKey, randomKey } from '../random/key'
import { Variable } from './variable'
import type { Primitive } from './primitive'

/** What was recorded, and in which context: an opaque, immutable value. */
export class Tape {
  readonly #context: Context
  readonly #top: Variable | undefined

  constructor(context: Context, top: Variable | undefined) {
    this.#context = context
    this.#top = top
  }

  /** @internal */
  static contextOf(tape: Tape): Context {
    return tape.#context
  }

  /** @internal The newest entry. */
  static topOf(tape: Tape): Variable | undefined {
    return tape.#top
  }

  /** Which kernels compute what is recorded here. */
  get kernels(): Kernels {
    return this.#context.kernels
  }

  /** How many entries. */
  get length(): number {
    return this.#top === undefined ? 0 : this.#top.index + 1
  }

  /** True on a tape that records a training run: dropout and batch norm read it here. */
  get training(): boolean {
    return this.#context.training
  }

  [inspected](): string {
    return `Tape of ${this.length} entries on ${this.kernels.name}, ${this.training ? 'training' : 'evaluation'}`
  }
}

/** All of a tape but its entries; shared by the tapes that grow from one. */
interface Context {
  readonly kernels: Kernels
  readonly key: RandomKey
  /** How many keys were taken from `key`. */
  readonly draws: number
  readonly training: boolean
  readonly path: string
}

export const { contextOf, topOf } = Tape

/** A value, and the tape on which it and all that it was computed from is recorded. (Not fp-ts' comonad of that name.) */
export interface Traced<A> {
  readonly value: A
  readonly tape: Tape
}

/** Settings of startTape. */
export interface TapeSettings {
  /** Any number; the same seed gives the same numbers on every kernel set. 0 by default. */
  readonly seed?: number
  /** Whether it records a training run (default) or an evaluation. */
  readonly training?: boolean
}

/**
 * An empty tape.
 * @example
 * import { defaultKernels, startTape } from 'gradfold'
 * console.log(startTape(defaultKernels(), { seed: 7 }).length) // => 0
 */
export const startTape = (kernels: Kernels, settings: TapeSettings = {}): Tape =>
  new Tape(
    { kernels, key: randomKey(settings.seed ?? 0), draws: 0, training: settings.training ?? true, path: '' },
    undefined
  )

/** The same entries in another context. */
const within = (tape: Tape, change: Partial<Context>): Tape => new Tape({ ...contextOf(tape), ...change }, topOf(tape))

/**
 * The same tape, recording a training run.
 * @example
 * import { defaultKernels, training, startTape } from 'gradfold'
 * console.log(training(startTape(defaultKernels())).training) // => true
 */
export const training = (tape: Tape): Tape => within(tape, { training: true })

/**
 * The same tape, recording an evaluation: dropout passes through, batch norm uses its running statistics.
 * @example
 * import { defaultKernels, evaluation, startTape } from 'gradfold'
 * console.log(evaluation(startTape(defaultKernels())).training) // => false
 */
export const evaluation = (tape: Tape): Tape => within(tape, { training: false })

export const withPath = (tape: Tape, path: string): Tape => within(tape, { path })

export const withKernels = (tape: Tape, kernels: Kernels): Tape => within(tape, { kernels })

/** `tape` with the random key, and how far it was used, of another: what was drawn inside a scope stays drawn. */
export const withKeyOf = (tape: Tape, other: Tape): Tape => {
  const { key, draws } = contextOf(other)
  return within(tape, { key, draws })
}

/** Where the random keys of a tape are: plain data, for files. */
export interface KeyState {
  readonly key: RandomKey
  /** How many keys were taken from it. */
  readonly draws: number
}

export const keyStateOf = (tape: Tape): KeyState => {
  const { key, draws } = contextOf(tape)
  return { key, draws }
}

export const withKeyState = (tape: Tape, { key, draws }: KeyState): Tape => within(tape, { key, draws })

/** The same tape without its entries. */
export const withoutEntries = (tape: Tape): Tape => new Tape(contextOf(tape), undefined)

/** The next random key, and the tape that has given it away. */
export const takeKey = (tape: Tape): Traced<RandomKey> => {
  const { key, draws } = contextOf(tape)
  return { value: childKey(key, draws), tape: within(tape, { draws: draws + 1 }) }
}

/** `inner` below `outer`: "encoder" and "0" are "encoder.0". */
export const joinPath = (outer: string, inner: string): string => (outer === '' ? inner : `${outer}.${inner}`)

/** Appends one entry. */
export const push = (
  tape: Tape,
  primitive: Primitive<never>,
  attributes: unknown,
  inputs: ReadonlyArray<Variable>,
  tensor: Tensor,
  needsGradient: boolean,
  path: string = contextOf(tape).path
): Traced<Variable> => {
  const value = new Variable(topOf(tape), primitive, attributes, inputs, tensor, path, needsGradient)
  return { value, tape: new Tape(contextOf(tape), value) }
}
