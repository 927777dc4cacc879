/** Reads fenced blocks, and the code after an `@example` that has no fence. */

/** A line of documentation, and its number in its file, from 1. */
export interface CommentLine {
  readonly line: number
  readonly text: string
}

export interface Block {
  /** The line of the opening fence; the code begins on the next. */
  readonly line: number
  /** The first word after the fence. */
  readonly language: string
  /** The rest of the fence line. */
  readonly info: string
  readonly code: ReadonlyArray<string>
  /** Whether the block before it is `ts`: if so, a `text` block is what that one prints. */
  readonly followsCode: boolean
  readonly unclosed: boolean
}

const fence = /^(\s*)(`{3,}|~{3,})\s*([^\s`]*)\s*([^`]*?)\s*$/

/** The fenced blocks of consecutive lines. */
export const blocksOf = (lines: ReadonlyArray<CommentLine>): ReadonlyArray<Block> => {
  const blocks: Block[] = []
  for (let i = 0; i < lines.length; i++) {
    const opening = fence.exec(lines[i]!.text)
    if (opening === null) continue
    const [, indent = '', marks = '', language = '', info = ''] = opening
    const begin = i
    const closes = (text: string): boolean => text.trim().startsWith(marks) && fence.exec(text)?.[3] === ''
    do i++
    while (i < lines.length && !closes(lines[i]!.text))
    const code = lines
      .slice(begin + 1, i)
      .map(({ text }) => (text.startsWith(indent) ? text.slice(indent.length) : text))
    const followsCode = blocks.at(-1)?.language === 'ts'
    blocks.push({ line: lines[begin]!.line, language, info, code, followsCode, unclosed: i >= lines.length })
  }
  return blocks
}

/** The code that follows each `@example` up to the next tag, where none of it is fenced. */
export const rawExamples = (comment: ReadonlyArray<CommentLine>): ReadonlyArray<Block> => {
  const blocks: Block[] = []
  for (let i = 0; i < comment.length; i++) {
    if (!comment[i]!.text.startsWith('@example')) continue
    const { line, text: tag } = comment[i]!
    const rest = comment.slice(i + 1)
    const end = rest.findIndex(({ text }) => /^@[a-z]/.test(text))
    const below = (end < 0 ? rest : rest.slice(0, end)).map(({ text }) => text)
    if (below.some((text) => fence.test(text))) continue
    // What stands beside the tag is code too: a caption there would not compile, and be noticed.
    const beside = tag.slice('@example'.length).trim()
    const code = [beside, ...below]
    blocks.push({ line: line - 1, language: 'ts', info: '', code, followsCode: false, unclosed: false })
  }
  return blocks
}
