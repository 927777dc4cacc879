/** How training shows itself: a bar on a terminal, plain lines elsewhere (logs, CI, files). */
import { Writable } from 'node:stream'
import { SingleBar } from 'cli-progress'
import type { Measures } from './evaluate'

/** Who is told how training goes on. */
export interface Progress {
  /** Before an epoch: its number from 1, of how many, and how many steps it has. */
  start(epoch: number, epochs: number, steps: number): void
  /** After a step. */
  step(done: number, loss: number): void
  /** After an epoch. */
  end(epoch: number, epochs: number, measures: Measures, seconds: number): void
  /** When an epoch breaks off. */
  stop(): void
}

/** Where text goes: `process.stdout`, or anything that writes. */
export interface TextStream {
  readonly isTTY?: boolean | undefined
  /** Characters in a line of a terminal. */
  readonly columns?: number | undefined
  write(text: string): unknown
}

/** Says nothing. */
export const silent: Progress = { start: () => {}, step: () => {}, end: () => {}, stop: () => {} }

/**
 * One line after each epoch.
 * @example
 * import { lines } from 'gradfold'
 * const written: string[] = []
 * lines((text) => written.push(text)).end(1, 3, { loss: 0.5 }, 2)
 * console.log(written) // => ['epoch 1/3  loss 0.5000  2.0 s\n']
 */
export const lines = (write: (text: string) => void): Progress => ({
  ...silent,
  end: (epoch, epochs, measures, seconds) => {
    write(`epoch ${epoch}/${epochs}  ${measuresText(measures)}  ${seconds.toFixed(1)} s\n`)
  }
})

/**
 * A bar that fills during each epoch, then a line.
 * @example
 * import { bar } from 'gradfold'
 * const progress = bar(process.stderr)
 * console.log(typeof progress.step) // => function
 */
export const bar = (stream: TextStream): Progress => {
  const widget = new SingleBar({
    format: 'epoch {epoch}  {bar} {value}/{total}  loss {loss}  {eta} s left',
    stream: terminalOf(stream),
    clearOnComplete: true,
    fps: 10
  })
  const after = lines((text) => stream.write(text))
  return {
    start: (epoch, epochs, steps) => widget.start(steps, 0, { epoch: `${epoch}/${epochs}`, loss: '' }),
    step: (done, loss) => widget.update(done, { loss: loss.toFixed(4) }),
    end: (epoch, epochs, measures, seconds) => {
      widget.stop()
      after.end(epoch, epochs, measures, seconds)
    },
    stop: () => widget.stop()
  }
}

/**
 * A bar where there is a terminal, else lines.
 * @example
 * import { automatic } from 'gradfold'
 * console.log(typeof automatic(process.stderr).end) // => function
 */
export const automatic = (stream: TextStream = process.stdout): Progress =>
  stream.isTTY === true ? bar(stream) : lines((text) => stream.write(text))

/** What cli-progress writes to: a stream of Node's, which the published types do not name. */
const terminalOf = (stream: TextStream): Writable => {
  const writable = new Writable({
    write: (chunk: unknown, _, done) => {
      stream.write(String(chunk))
      done()
    }
  })
  return Object.defineProperties(writable, {
    isTTY: { get: () => stream.isTTY },
    columns: { get: () => stream.columns }
  })
}

const measuresText = (measures: Measures): string =>
  Object.entries(measures)
    .map(([name, value]) => `${name} ${value.toFixed(4)}`)
    .join('  ')
