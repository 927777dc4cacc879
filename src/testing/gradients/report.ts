/** What a gradient check found, as plain data. */

/** One number of an input, or a direction in it. */
export interface Place {
  /** The input's place, and what it is called. */
  readonly input: number
  readonly name: string
  /** Which of its numbers, row after row; undefined for a direction through all of them. */
  readonly position: number | undefined
}

/** A slope that central differences contradict. */
export interface WrongSlope extends Place {
  /** By `backward`; of a result that is not one number, for the upstream gradient of the check. */
  readonly recorded: number
  /** By central differences, and how far the true slope may be from that. */
  readonly expected: number
  readonly bound: number
}

/** A slope that could not be compared. */
export interface Exclusion extends Place {
  /**
   * kink: an operation decides otherwise on the two sides, however near. notFinite: NaN or infinity is next to it. imprecise: rounding
   * hides the slope.
   */
  readonly reason: 'kink' | 'notFinite' | 'imprecise'
  /** Of a kink: the entry, by its operation and its index on the tape. */
  readonly operation?: string
  readonly entry?: number
}

/** What a check of one order found. */
export interface OrderReport {
  /** 1: gradients; 2: gradients of gradients. */
  readonly order: number
  /** How many slopes were compared. */
  readonly compared: number
  readonly wrong: ReadonlyArray<WrongSlope>
  /** What a derivative reported or threw in place of giving gradients. */
  readonly failure: string | undefined
  readonly excluded: ReadonlyArray<Exclusion>
}
