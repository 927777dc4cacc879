/** `// =>` after a statement: what it printed or, if it printed nothing, its value as console.log shows it. */
import ts from 'typescript'

export interface Expectation {
  /** The statement's last line, from 1. */
  readonly line: number
  /** What stands after `// =>`; undefined for a statement that must only not give a Left. */
  readonly text: string | undefined
}

export interface Instrumented {
  /** The program with `__check` around each statement that is looked at. */
  readonly text: string
  /** By their marks. */
  readonly expectations: ReadonlyArray<Expectation>
  /** Lines with a `// =>` that belongs to no expression. */
  readonly misplaced: ReadonlyArray<number>
}

const arrow = /\/\/ =>(.*)$/

/** Wraps each expression statement that has a `// =>`, and those of the top level. */
export const instrument = (source: ts.SourceFile): Instrumented => {
  const lines = source.text.split('\n')
  const expectations: Expectation[] = []
  const taken = new Set<number>()
  const inserts: { readonly at: number; readonly text: string }[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isExpressionStatement(node)) {
      const last = source.getLineAndCharacterOfPosition(node.end).line
      const own = !arrow.test(lines[last]!) && /^\s*\/\/ =>/.test(lines[last + 1] ?? '') ? last + 1 : last
      const text = taken.has(own) ? undefined : arrow.exec(lines[own]!)?.[1]?.trim()
      if (text !== undefined) taken.add(own)
      if (text !== undefined || node.parent === source) {
        const mark = expectations.push({ line: last + 1, text }) - 1
        inserts.push({ at: node.expression.getStart(source), text: `__check.value(__check.begin(${mark}), ` })
        inserts.push({ at: node.expression.end, text: ')' })
      }
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  const misplaced = lines.flatMap((line, index) => (arrow.test(line) && !taken.has(index) ? [index + 1] : []))
  return { text: inserted(source.text, inserts), expectations, misplaced }
}

const inserted = (text: string, inserts: ReadonlyArray<{ readonly at: number; readonly text: string }>): string =>
  [...inserts]
    .sort((a, b) => b.at - a.at)
    .reduce((out, { at, text: more }) => out.slice(0, at) + more + out.slice(at), text)
