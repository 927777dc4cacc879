import { runInNewContext } from 'node:vm'
import * as gradfold from 'gradfold'
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript'

/** What a TypeScript expression gives; all that gradfold exports is in scope. */
export const evaluated = (text: string): unknown => {
  const { outputText } = transpileModule(`(${text})`, {
    compilerOptions: { target: ScriptTarget.ES2022, module: ModuleKind.ESNext }
  })
  return runInNewContext(outputText, { ...gradfold })
}
