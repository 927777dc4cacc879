/** What setup says while it works: a line for each stage, nothing that moves where nobody watches. */
import type { Writable } from 'node:stream'
import { isLeft } from 'fp-ts/Either'
import type { Outcome } from './failure'

export interface Stage<A> {
  readonly name: string
  readonly purpose: string
  readonly work: () => Promise<Outcome<A>>
  /** What came of it, after the purpose. */
  readonly result?: (value: A) => string
  /** A program prints its progress meanwhile, on lines of its own. */
  readonly noisy?: boolean
}

export interface Report {
  /** Whether progress that overwrites itself can be shown. */
  readonly isTerminal: boolean
  /** Says what is done, does it, and says how long it took. */
  stage<A>(stage: Stage<A>): Promise<Outcome<A>>
  say(line: string): void
  /** A paragraph on standard error. */
  complain(paragraph: string): void
}

export const reportTo = (output: Writable & { readonly isTTY?: boolean }, errors: Writable): Report => ({
  isTerminal: output.isTTY === true,
  stage: async ({ name, purpose, work, result, noisy = false }) => {
    const begin = performance.now()
    output.write(`${name.padEnd(9)} ${purpose}${noisy ? '\n' : ''}`)
    const outcome = await work()
    const end = isLeft(outcome) ? ' failed' : `${result?.(outcome.right) ?? ''} (${seconds(begin)})`
    output.write(`${noisy ? ' '.repeat(9) : ''}${purpose === '' ? end.trimStart() : end}\n`)
    return outcome
  },
  say: (line) => void output.write(`${line}\n`),
  complain: (paragraph) => void errors.write(`\n${paragraph}\n`)
})

export const seconds = (begin: number): string => `${((performance.now() - begin) / 1000).toFixed(1)} s`

/** As download pages say sizes: 274 MB, 5.7 GB. */
export const size = (bytes: number): string =>
  bytes >= 1e9
    ? `${(bytes / 1e9).toFixed(1)} GB`
    : bytes >= 1e6
      ? `${Math.round(bytes / 1e6)} MB`
      : `${Math.ceil(bytes / 1e3)} kB`
