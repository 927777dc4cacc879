/** Progress that notes its calls. */
import type { Measures, Progress } from 'gradfold'

export type ProgressCall =
  | { readonly call: 'start'; readonly epoch: number; readonly epochs: number; readonly steps: number }
  | { readonly call: 'step'; readonly done: number; readonly loss: number }
  | { readonly call: 'end'; readonly epoch: number; readonly epochs: number; readonly measures: Measures }
  | { readonly call: 'stop' }

export const recordingProgress = (): { readonly progress: Progress; readonly calls: ReadonlyArray<ProgressCall> } => {
  const calls: ProgressCall[] = []
  const progress: Progress = {
    start: (epoch, epochs, steps) => calls.push({ call: 'start', epoch, epochs, steps }),
    step: (done, loss) => calls.push({ call: 'step', done, loss }),
    end: (epoch, epochs, measures) => calls.push({ call: 'end', epoch, epochs, measures }),
    stop: () => calls.push({ call: 'stop' })
  }
  return { progress, calls }
}
