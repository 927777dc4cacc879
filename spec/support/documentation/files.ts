import { existsSync, readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

/** What is looked at for examples: README.md, the Markdown in docs/, the modules in src/. Relative, with slashes. */
export const documentationFiles = (root: string): ReadonlyArray<string> => [
  ...(existsSync(join(root, 'README.md')) ? ['README.md'] : []),
  ...filesIn(root, 'docs', '.md'),
  ...filesIn(root, 'src', '.ts')
]

const filesIn = (root: string, folder: string, ending: string): ReadonlyArray<string> =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
