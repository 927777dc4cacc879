import { Counter, Histogram, type OpenMetricsContentType, Registry } from 'prom-client'
import type { Listener } from '../kernels/observation'

/** Settings of prometheus. */
export interface PrometheusSettings {
  /** Where the metrics are registered; a registry of their own by default, and never prom-client's global one. */
  readonly registry?: Registry | Registry<OpenMetricsContentType>
}

/** A listener that counts, and what it has counted as text. */
export interface Prometheus {
  readonly listener: Listener
  /** All metrics of the registry in Prometheus' text format: what an HTTP server answers to `/metrics`. */
  readonly text: () => Promise<string>
  /** The Content-Type that goes with the text. */
  readonly contentType: string
}

/**
 * Writes what observed kernels tell as Prometheus metrics, with prom-client (`npm install prom-client`):
 *
 * - `gradfold_operation_seconds{operation}`, a histogram of durations; `gradfold_operations_total{operation}` and
 *   `gradfold_operation_bytes_total{operation}`, counters of operations and of the bytes of their outputs
 * - `gradfold_derivative_seconds{operation}`, the derivatives that `backward` computed
 * - `gradfold_backward_seconds` and `gradfold_backward_entries`, histograms of `backward` as a whole
 *
 * Layer paths are no labels: a metric for each layer of a large model is more than a server wants. Handed a registry in
 * which these metrics are already, it goes on with them.
 * @example
 * import { observe, relu, startTape, trace, uniform, wasmKernels } from 'gradfold'
 * import { prometheus } from 'gradfold/prometheus'
 * const { listener, text } = prometheus()
 * trace(startTape(observe(wasmKernels(), listener)), function* (run) {
 *   return yield* run(relu, yield* run(uniform, [8, 4]))
 * })
 * const lines = (await text()).split('\n')
 * console.log(lines.filter((line) => line.startsWith('gradfold_operations_total')).sort())
 * // => ['gradfold_operations_total{operation="relu"} 1', 'gradfold_operations_total{operation="uniform"} 1']
 */
export const prometheus = ({ registry = new Registry() }: PrometheusSettings = {}): Prometheus => {
  const registers = [registry]
  const histogram = (name: string, help: string, buckets: number[], labelNames: string[] = []): Histogram => {
    const known = registry.getSingleMetric(name)
    return known instanceof Histogram ? known : new Histogram({ name, help, buckets, labelNames, registers })
  }
  const counter = (name: string, help: string): Counter => {
    const known = registry.getSingleMetric(name)
    return known instanceof Counter ? known : new Counter({ name, help, labelNames: ['operation'], registers })
  }
  const seconds = histogram('gradfold_operation_seconds', 'Duration of operations.', durations, ['operation'])
  const count = counter('gradfold_operations_total', 'Operations recorded.')
  const bytes = counter('gradfold_operation_bytes_total', "Bytes of the operations' outputs.")
  const derivatives = histogram('gradfold_derivative_seconds', 'Duration of derivatives.', durations, ['operation'])
  const backward = histogram('gradfold_backward_seconds', 'Duration of backward.', durations)
  const entries = histogram('gradfold_backward_entries', 'Tape entries that a gradient reached in backward.', sizes)
  return {
    listener: (observation) => {
      const duration = observation.microseconds / 1e6
      switch (observation.kind) {
        case 'operation': {
          const labels = { operation: observation.name }
          seconds.observe(labels, duration)
          count.inc(labels)
          bytes.inc(labels, observation.bytes)
          return
        }
        case 'derivative':
          derivatives.observe({ operation: observation.name }, duration)
          return
        case 'backward':
          backward.observe(duration)
          entries.observe(observation.entries)
      }
    },
    text: () => registry.metrics(),
    contentType: registry.contentType
  }
}

/** From a microsecond to ten seconds. */
const durations = [-6, -5, -4, -3, -2, -1]
  .flatMap((power) => [1, 2.5, 5].map((n) => Number(`${n}e${power}`)))
  .concat([1, 2.5, 5, 10])

/** From a line of arithmetic to a tape of a million entries. */
const sizes = [10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000]
