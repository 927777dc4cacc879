/** How the first values of a parameter are drawn, as plain data. */

/** The same value everywhere. */
export interface Constant {
  readonly _tag: 'Constant'
  readonly value: number
}

/** Evenly from [low, high). */
export interface Uniform {
  readonly _tag: 'Uniform'
  readonly low: number
  readonly high: number
}

/** Normal, with this mean and standard deviation. */
export interface Normal {
  readonly _tag: 'Normal'
  readonly mean: number
  readonly std: number
}

/** Normal, given that it lies in [low, high]; the bounds are absolute. */
export interface TruncatedNormal {
  readonly _tag: 'TruncatedNormal'
  readonly mean: number
  readonly std: number
  readonly low: number
  readonly high: number
}

/**
 * Mean 0 and variance gain^2 scale / n, where n is the number of inputs, of outputs, or the mean of both: normal with standard
 * deviation gain sqrt(scale / n), or uniform in [-b, b) with b = gain sqrt(3 scale / n). The normal is not truncated.
 */
export interface VarianceScaling {
  readonly _tag: 'VarianceScaling'
  readonly scale: number
  readonly mode: 'fanIn' | 'fanOut' | 'fanAverage'
  readonly distribution: 'uniform' | 'normal'
  /** 1 by default. */
  readonly gain?: number
}

/** A matrix whose rows, or columns where it has more rows, are at right angles and of length `gain`. */
export interface Orthogonal {
  readonly _tag: 'Orthogonal'
  /** 1 by default. */
  readonly gain?: number
}

/** A matrix with `gain` on its diagonal and 0 elsewhere, of as many rows and columns as it has. */
export interface IdentityMatrix {
  readonly _tag: 'IdentityMatrix'
  /** 1 by default. */
  readonly gain?: number
}

/** How a parameter begins, as data. */
export type Initializer = Constant | Uniform | Normal | TruncatedNormal | VarianceScaling | Orthogonal | IdentityMatrix

/** What a gain can be given to. */
export type Scalable = VarianceScaling | Orthogonal | IdentityMatrix
