/** Type-checks examples as one program, and makes JavaScript of them. */
import { join } from 'node:path'
import ts from 'typescript'
import type { Example } from './examples'
import { type Expectation, instrument } from './expectations'

export interface Compiled {
  readonly example: Example
  /** Type errors, and `// =>` in places where nothing has a value: `docs/tape.md:12:3 - TS2345: ...`. */
  readonly errors: ReadonlyArray<string>
  /** The body of an async function of `require`, `exports`, `console` and `__check`. */
  readonly code: string
  readonly expectations: ReadonlyArray<Expectation>
}

/** Names and positions in messages are those of the documentation: each example is a file of as many lines. */
export const compile = (root: string, examples: ReadonlyArray<Example>): ReadonlyArray<Compiled> => {
  const options = optionsOf(root)
  const files = new Map(
    examples.map((example) => [join(root, `${example.file}.${example.line}.example.ts`), example] as const)
  )
  const host = ts.createCompilerHost(options)
  host.fileExists = (file) => files.has(file) || ts.sys.fileExists(file)
  host.readFile = (file) => files.get(file)?.source ?? ts.sys.readFile(file)
  const program = ts.createProgram([...files.keys()], options, host)
  return [...files].map(([file, example]) => {
    const source = program.getSourceFile(file)
    if (source === undefined) throw new Error(`TypeScript has no ${file}`)
    const diagnostics = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
    const { text, expectations, misplaced } = instrument(source)
    return {
      example,
      errors: [
        ...diagnostics.map((diagnostic) => messageOf(example.file, source, diagnostic)),
        ...misplaced.map(
          (line) => `${example.file}:${line} - \`// =>\` belongs to an expression or a console.log before it.`
        )
      ],
      code: ts.transpileModule(text, { compilerOptions: { ...options, module: ts.ModuleKind.CommonJS } }).outputText,
      expectations
    }
  })
}

const optionsOf = (root: string): ts.CompilerOptions => {
  const file = ts.readJsonConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path))
  const { options } = ts.parseJsonSourceFileConfigFileContent(file, ts.sys, root)
  return {
    ...options,
    // So that an example may await at its top, as in a user's ES module.
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    moduleDetection: ts.ModuleDetectionKind.Force,
    types: ['node'],
    // An example may name a result to show what it is.
    noUnusedLocals: false,
    noUnusedParameters: false
  }
}

const messageOf = (file: string, source: ts.SourceFile, { start = 0, code, messageText }: ts.Diagnostic): string => {
  const { line, character } = source.getLineAndCharacterOfPosition(start)
  return `${file}:${line + 1}:${character + 1} - TS${code}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
}
