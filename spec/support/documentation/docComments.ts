import type { CommentLine } from './blocks'

/** The doc comments of a TypeScript file, without their stars. One begins where a line begins with its opening. */
export const docComments = (lines: ReadonlyArray<string>): ReadonlyArray<ReadonlyArray<CommentLine>> => {
  const comments: CommentLine[][] = []
  let open: CommentLine[] | undefined
  lines.forEach((text, index) => {
    if (open === undefined && /^\s*\/\*\*/.test(text)) {
      open = []
      comments.push(open)
    }
    open?.push({ line: index + 1, text: content(text) })
    if (text.includes('*/')) open = undefined
  })
  return comments
}

const content = (text: string): string =>
  text
    .replace(/^\s*(\/\*\*|\*(?!\/)) ?/, '')
    .replace(/\s*\*\/.*$/, '')
    .trimEnd()
