/** What a part of the benchmark is asked for, and what it hands back from its process. */

export interface Settings {
  /** As many as the part thinks right, by default. */
  readonly rounds?: number
  /** Of TensorFlow, PyTorch and JAX. */
  readonly threads: number
}

/** Something that the project asks of itself. */
export interface Limit {
  readonly what: string
  readonly value: number
  readonly atMost?: number
  readonly atLeast?: number
}

export interface Report {
  readonly text: string
  readonly limits: ReadonlyArray<Limit>
  /** The first losses of each that trained; all must agree. */
  readonly losses: ReadonlyArray<Losses>
  /** For --json. */
  readonly figures: unknown
}

export interface Losses {
  readonly name: string
  readonly values: ReadonlyArray<number>
}

/** One line for each limit. */
export const verdictOf = ({ what, value, atMost = Infinity, atLeast = -Infinity }: Limit): string =>
  `${value <= atMost && value >= atLeast ? 'met   ' : 'missed'}  ${what}: ${value.toFixed(2)}, ` +
  (atMost < Infinity ? `at most ${atMost}` : `at least ${atLeast}`)
