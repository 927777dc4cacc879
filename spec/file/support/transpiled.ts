/** Modules of src/ as plain JavaScript, for a child process that has to start quickly: without TypeScript, without tsx. */
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import ts from 'typescript'

const root = join(__dirname, '..', '..', '..')

/** Writes a module, and all of the project that it imports, below `folder`; gives the path of the module there. */
export const transpiled = (module: string, folder: string): string => {
  if (!existsSync(join(folder, 'node_modules'))) symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const pending = [module]
  const done = new Set<string>()
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (done.has(next)) continue
    done.add(next)
    const { outputText } = ts.transpileModule(readFileSync(`${next}.ts`, 'utf8'), {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, esModuleInterop: true }
    })
    const file = `${join(folder, relative(root, next))}.js`
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, outputText)
    for (const [, path] of outputText.matchAll(/require\("(\.[^"]*)"\)/g)) pending.push(join(dirname(next), path ?? ''))
  }
  return `${join(folder, relative(root, module))}.js`
}
