/** What takes part in a benchmark. */
import { memory, type Kernels } from 'gradfold'

export interface Contestant<Input, Output> {
  readonly name: string
  /** The work that is timed, once. */
  run(input: Input): Output
  /** Live tensors: as many after a run as before it. */
  live(): number
}

export const liveOf = (kernels: Kernels) => (): number => memory(kernels).tensors

/** Runs with garbage collected beforehand, so that nobody pays for another's; needs node --expose-gc. */
export const collectGarbage = (): void => {
  if (global.gc === undefined) throw new Error('run node with --expose-gc')
  global.gc()
}
