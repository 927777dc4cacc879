/** Reads Stryker's report: how many mutants of each folder were told from the original, and which were not. */

/** Of Stryker's JSON report, what is read here. */
export interface Report {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: ReadonlyArray<Mutant> }>>
}

export interface Mutant {
  readonly mutatorName: string
  readonly replacement?: string
  /** Killed, Timeout, Survived, NoCoverage, Ignored and others. */
  readonly status: string
  readonly location: { readonly start: Position; readonly end: Position }
}

interface Position {
  readonly line: number
  readonly column: number
}

/** A change that no spec noticed, in words that outlive a move of its line. */
export interface Survivor {
  readonly file: string
  /** The line that it begins on, without its indentation. */
  readonly line: string
  readonly from: string
  readonly to: string
}

/** How the mutants of a folder fared; those that Stryker was told to leave out are in none of the counts. */
export interface Score {
  readonly mutants: number
  readonly killed: number
  readonly timedOut: number
  readonly survived: number
}

const survivedAs = ['Survived', 'NoCoverage']
const foundAs = ['Killed', 'Timeout', 'RuntimeError', 'CompileError']

const oneLine = (code: string): string => code.replace(/\s+/g, ' ').trim()

const survivorOf = (file: string, source: string, { location: { start, end }, replacement = '' }: Mutant): Survivor => {
  const lines = source.split('\n')
  const span = lines.slice(start.line - 1, end.line)
  const from = span
    .map((line, i) => line.slice(i === 0 ? start.column - 1 : 0, i === span.length - 1 ? end.column - 1 : undefined))
    .join('\n')
  return { file, line: (lines[start.line - 1] ?? '').trim(), from: oneLine(from), to: oneLine(replacement) }
}

/** All that survived, in the order of the files. */
export const survivors = ({ files }: Report): ReadonlyArray<Survivor> =>
  Object.entries(files).flatMap(([file, { source, mutants }]) =>
    mutants.filter(({ status }) => survivedAs.includes(status)).map((mutant) => survivorOf(file, source, mutant))
  )

const count = (mutants: ReadonlyArray<Mutant>, statuses: ReadonlyArray<string>): number =>
  mutants.filter(({ status }) => statuses.includes(status)).length

const scoreOf = (mutants: ReadonlyArray<Mutant>): Score => ({
  mutants: count(mutants, [...survivedAs, ...foundAs]),
  killed: count(mutants, foundAs) - count(mutants, ['Timeout']),
  timedOut: count(mutants, ['Timeout']),
  survived: count(mutants, survivedAs)
})

/** Helpers that nothing but derivatives calls. */
const ofDerivatives = ['src/operation/cotangent.ts', 'src/operation/winnerShare.ts']

/** Whether a line of a file is part of a derivative rule: from `derivative:` to the end of its primitive. */
export const inDerivative = (file: string, source: string): ((line: number) => boolean) => {
  const lines = source.split('\n')
  const begin = lines.findIndex((line) => line.startsWith('  derivative: '))
  const end = lines.findIndex((line, i) => i > begin && line === '}')
  return (line) => ofDerivatives.includes(file) || (begin >= 0 && line - 1 >= begin && line - 1 < end)
}

/** For each folder, for the derivative rules, which lie in one of them, and for all. */
export const scores = ({ files }: Report): ReadonlyMap<string, Score> => {
  const entries = Object.entries(files)
  const folderOf = (file: string): string => file.slice(0, file.lastIndexOf('/'))
  const folders = [...new Set(entries.map(([file]) => folderOf(file)))].sort()
  const derivatives = entries.flatMap(([file, { source, mutants }]) => {
    const isPart = inDerivative(file, source)
    return mutants.filter(({ location }) => isPart(location.start.line))
  })
  return new Map([
    ...folders.map((folder): readonly [string, Score] => [
      folder,
      scoreOf(entries.filter(([file]) => folderOf(file) === folder).flatMap(([, { mutants }]) => mutants))
    ]),
    ['derivative rules', scoreOf(derivatives)],
    ['all', scoreOf(entries.flatMap(([, { mutants }]) => mutants))]
  ])
}
