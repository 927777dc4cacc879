/** Runs a compiled example and says where it does not do what its documentation says. */
import { Console } from 'node:console'
import { Writable } from 'node:stream'
import { format } from 'node:util'
import type { Expectation } from './expectations'
import type { Compiled } from './program'

type Program = (
  require: NodeJS.Require,
  exports: object,
  console: Console,
  check: { begin(mark: number): number; value(mark: number, value: unknown): unknown }
) => Promise<void>

// A block may await at its top. The constructor of async functions has no name of its own.
const AsyncFunction = (async () => Promise.resolve()).constructor as new (...parameters: string[]) => Program

/** The failures of an example, each with its place: none if it is right. */
export const run = async ({ example, code, expectations }: Compiled): Promise<ReadonlyArray<string>> => {
  const failures: string[] = []
  const seen = new Set<number>()
  const begins: number[] = []
  const at = ({ line }: { readonly line: number }): string => `${example.file}:${line}`
  let printed = ''
  const sink = new Writable({
    write: (chunk: unknown, _encoding, done) => {
      printed += String(chunk)
      done()
    }
  })
  const check = {
    begin: (mark: number): number => {
      begins[mark] = printed.length
      return mark
    },
    value: (mark: number, value: unknown): unknown => {
      seen.add(mark)
      const expectation = expectations[mark]!
      const failure = compare(expectation, printed.slice(begins[mark]), value)
      if (failure !== undefined) failures.push(`${at(expectation)} - ${failure}`)
      return value
    }
  }
  try {
    const program = new AsyncFunction('require', 'exports', 'console', '__check', code)
    await program(require, {}, new Console({ stdout: sink, stderr: sink }), check)
  } catch (thrown) {
    failures.push(
      `${at(example)} - threw ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : format(thrown)}`
    )
    return failures
  }
  expectations.forEach((expectation, mark) => {
    if (expectation.text !== undefined && !seen.has(mark)) {
      failures.push(`${at(expectation)} - the example ended without coming here: ${expectation.text} was expected`)
    }
  })
  if (example.output !== undefined && !matches(linesOf(printed), linesOf(example.output))) {
    failures.push(
      `${at(example)} - printed\n${printed.trimEnd()}\nbut its text block says\n${example.output.trimEnd()}`
    )
  }
  return failures
}

const compare = ({ text }: Expectation, printed: string, value: unknown): string | undefined => {
  if (text === undefined) return leftOf(value)
  const actual = oneLine(printed === '' ? format(value) : printed)
  return matches(actual, oneLine(text)) ? undefined : `gave\n${actual}\nbut its comment says\n${text}`
}

/** A statement that fails where nobody looks would make a fine example of nothing. */
const leftOf = (value: unknown): string | undefined =>
  typeof value === 'object' && value !== null && '_tag' in value && value._tag === 'Left'
    ? `gave an error that the example does not mention: ${format(value)}`
    : undefined

/** Spaces do not matter much, least of all inside brackets: `[ 1, 2 ]` is `[1, 2]`. */
const oneLine = (text: string): string =>
  text
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/([[{(]) /g, '$1')
    .replace(/ ([\]})])/g, '$1')

const linesOf = (text: string): string =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')

/** Equal, where `...` stands for anything. */
const matches = (actual: string, expected: string): boolean =>
  new RegExp(`^${expected.split('...').map(escaped).join('[^]*?')}$`).test(actual)

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
