import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { documentationFiles } from '../support/documentation/files'
import { examplesOf } from '../support/documentation/examples'
import { compile, type Compiled } from '../support/documentation/program'
import { run } from '../support/documentation/run'

// Every `ts` block of README.md and docs/, and every example in a doc comment of src/: docs/contributing.md says how.
const root = join(__dirname, '../..')
const files = documentationFiles(root).map((file) => examplesOf(file, readFileSync(join(root, file), 'utf8')))
const examples = files.flatMap((file) => file.examples)
const problems = files.flatMap((file) => file.problems)

describe('the documentation', () => {
  it('is in blocks that the runner knows', () => {
    expect(problems.map(({ file, line, message }) => `${file}:${line} - ${message}`)).toEqual([])
  })
})

describe('the example at', () => {
  let compiled: ReadonlyArray<Compiled> = []
  beforeAll(() => {
    compiled = compile(root, examples)
  }, 120_000)

  it.each(examples.map((example, index) => [`${example.file}:${example.line}`, index] as const))(
    '%s',
    async (_, index) => {
      const example = compiled[index]!
      expect(example.errors.join('\n')).toBe('')
      if (example.example.runs) expect((await run(example)).join('\n')).toBe('')
    },
    60_000
  )
})
