/** Finds the code that documentation shows: fenced blocks of Markdown, and of the doc comments of a TypeScript file. */
import { type Block, blocksOf, type CommentLine, rawExamples } from './blocks'
import { docComments } from './docComments'

/** One program of the documentation: a block, with those that continue it. */
export interface Example {
  readonly file: string
  /** Where its first line of code is, from 1. */
  readonly line: number
  /** Blank but for the code, which is on the lines on which it is in `file`. */
  readonly source: string
  /** False for code that is only type-checked. */
  readonly runs: boolean
  /** What the `text` blocks after it say that it prints. */
  readonly output: string | undefined
}

/** A block that the runner cannot take, with the way out. */
export interface Problem {
  readonly file: string
  readonly line: number
  readonly message: string
}

export interface Examples {
  readonly examples: ReadonlyArray<Example>
  readonly problems: ReadonlyArray<Problem>
}

const otherTags = ['typescript', 'tsx', 'mts', 'cts', 'js', 'javascript', 'mjs', 'cjs']

/** The examples of a file: of all of it if it is Markdown, else of its doc comments. */
export const examplesOf = (file: string, text: string): Examples => {
  const lines = text.split(/\r?\n/)
  if (file.endsWith('.md')) return collect(file, lines.length, blocksOf(numbered(lines)))
  const parts = docComments(lines).map((comment) => collect(file, lines.length, blocksOfComment(comment)))
  return { examples: parts.flatMap(({ examples }) => examples), problems: parts.flatMap(({ problems }) => problems) }
}

const numbered = (lines: ReadonlyArray<string>): ReadonlyArray<CommentLine> =>
  lines.map((text, index) => ({ line: index + 1, text }))

const blocksOfComment = (comment: ReadonlyArray<CommentLine>): ReadonlyArray<Block> =>
  [...blocksOf(comment), ...rawExamples(comment)].sort((a, b) => a.line - b.line)

interface Growing {
  readonly line: number
  readonly code: string[]
  readonly runs: boolean
  output: string | undefined
}

const collect = (file: string, length: number, blocks: ReadonlyArray<Block>): Examples => {
  const examples: Growing[] = []
  const problems: Problem[] = []
  let latest: Growing | undefined
  for (const block of blocks) {
    if (block.language === 'ts') {
      const flags = flagsOf(block.info)
      if (typeof flags === 'string') problems.push({ file, line: block.line, message: flags })
      else if (flags.continues && latest === undefined) {
        problems.push({
          file,
          line: block.line,
          message: '`ts continue` has no block before it that it could continue.'
        })
      } else {
        if (latest === undefined || !flags.continues) {
          latest = {
            line: block.line + 1,
            code: new Array<string>(length).fill(''),
            runs: flags.runs,
            output: undefined
          }
          examples.push(latest)
        }
        latest.code.splice(block.line, block.code.length, ...block.code)
      }
    } else if (block.followsCode && block.language === 'text' && latest !== undefined) {
      latest.output = [...(latest.output === undefined ? [] : [latest.output]), ...block.code].join('\n')
    } else if (otherTags.includes(block.language)) {
      const message = `A block tagged \`${block.language}\` would never run: tag it \`ts\`.`
      problems.push({ file, line: block.line, message })
    }
    if (block.unclosed) problems.push({ file, line: block.line, message: 'This block has no closing fence.' })
  }
  return { examples: examples.map(({ code, ...example }) => ({ file, ...example, source: code.join('\n') })), problems }
}

/** What follows `ts` in the fence line; a text for what it may not say. */
const flagsOf = (info: string): { readonly runs: boolean; readonly continues: boolean } | string => {
  if (info === '') return { runs: true, continues: false }
  if (info === 'continue') return { runs: true, continues: true }
  if (/^no-run reason="[^"]+"$/.test(info)) return { runs: false, continues: false }
  if (info.startsWith('no-run')) return 'Code that is not run says why: ```ts no-run reason="..."'
  return `\`${info}\` means nothing after \`ts\`: it is \`continue\`, \`no-run reason="..."\` or nothing.`
}
