import type { Dataset } from './dataset'
import type { FitSettings } from './fitSettings'

/** A signal, and what ends listening for it. */
export interface Interruption {
  readonly signal: AbortSignal
  end(): void
}

/**
 * What ends a run before its time: the caller's signal, and Ctrl-C where there is a checkpoint to save to. Only the first
 * Ctrl-C: a second one ends the process as always.
 */
export const interruption = <M, D extends Dataset>({ signal, checkpoint }: FitSettings<M, D>): Interruption => {
  const controller = new AbortController()
  const abort = (): void => {
    controller.abort()
  }
  if (signal?.aborted === true) abort()
  signal?.addEventListener('abort', abort, { once: true })
  if (checkpoint !== undefined) process.once('SIGINT', abort)
  return {
    signal: controller.signal,
    end: () => {
      signal?.removeEventListener('abort', abort)
      process.removeListener('SIGINT', abort)
    }
  }
}
