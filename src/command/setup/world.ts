/** What setup needs of the world around it, so that a spec can give it a smaller one. */
import type { Either } from 'fp-ts/Either'
import type { Probed } from '../probe'
import type { Report } from './report'
import type { NvidiaWheel } from './nvidiaWheels'
import type { Wheel } from './wheels'

/** The machine, as far as libraries care. */
export interface Machine {
  readonly system: string
  readonly processor: string
  /** The version of the GNU C library; undefined where there is another, as on Alpine. */
  readonly glibc: string | undefined
  /** Whether NVIDIA's driver is there. */
  readonly gpu: boolean
}

export interface World {
  readonly environment: NodeJS.ProcessEnv
  /** Aborted by Ctrl-C and its like. */
  readonly stop: AbortSignal
  readonly report: Report
  readonly machine: Machine
  readonly freeBytes: (folder: string) => Promise<number>
  /** The folder of the package that setup completes; undefined if it is not installed. */
  readonly findFolder: () => string | undefined
  /** Where the user stands: the application that wants the package. */
  readonly home: string
  readonly probe: (addon: string, build: Build) => Promise<Either<string, Probed>>
  readonly wheels: {
    readonly cpu: Wheel
    readonly cuda: Wheel
    readonly nvidia: ReadonlyArray<NvidiaWheel>
  }
}

/** Which TensorFlow: as on the package index, or one that the user has. */
export type Build = 'cpu' | 'cuda' | 'given'
