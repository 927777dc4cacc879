import { examplesOf } from './examples'

const markdown = (...lines: ReadonlyArray<string>): string => lines.join('\n')

describe('examplesOf Markdown', () => {
  it('keeps code on its lines, and takes the text block after it for what it prints', () => {
    const text = markdown('# Title', '```ts', 'f()', 'g()', '```', 'It prints', '```text', 'one', 'two', '```')
    expect(examplesOf('docs/a.md', text)).toEqual({
      examples: [
        { file: 'docs/a.md', line: 3, source: '\n\nf()\ng()\n\n\n\n\n\n', runs: true, output: markdown('one', 'two') }
      ],
      problems: []
    })
  })

  it('joins a block that continues, and what both print', () => {
    const text = markdown(
      '```ts',
      'f()',
      '```',
      '```text',
      '1',
      '```',
      '```ts continue',
      'g()',
      '```',
      '```text',
      '2',
      '```'
    )
    const { examples } = examplesOf('docs/a.md', text)
    expect(examples.map(({ source, output }) => [source.trim(), output])).toEqual([['f()\n\n\n\n\n\ng()', '1\n2']])
  })

  it('has no output for a text block after a block of another language', () => {
    const { examples } = examplesOf(
      'a.md',
      markdown('```ts', 'f()', '```', '```sh', 'ls', '```', '```text', 'a', '```')
    )
    expect(examples.map(({ output }) => output)).toEqual([undefined])
  })

  it('only checks a block that says why it is not run', () => {
    const { examples } = examplesOf('a.md', markdown('```ts no-run reason="takes an hour"', 'f()', '```'))
    expect(examples.map(({ runs }) => runs)).toEqual([false])
  })

  it.each([
    ['no reason', markdown('```ts no-run', 'f()', '```'), 'says why'],
    ['a word it does not know', markdown('```ts norun', 'f()', '```'), '`norun` means nothing'],
    ['a tag that would never run', markdown('```typescript', 'f()', '```'), 'tag it `ts`'],
    ['nothing to continue', markdown('```ts continue', 'f()', '```'), 'no block before it'],
    ['no end', markdown('```ts', 'f()'), 'no closing fence']
  ])('refuses a block with %s', (_, text, message) => {
    const { problems } = examplesOf('a.md', text)
    expect(problems.map(({ line }) => line)).toEqual([1])
    expect(problems[0]?.message).toContain(message)
  })
})

describe('examplesOf doc comments', () => {
  it('takes what follows @example up to the next tag, with or without a fence', () => {
    const text = markdown(
      '/**',
      ' * One.',
      ' * @example',
      ' * f()',
      ' * @example',
      ' * ```ts',
      ' * g()',
      ' * ```',
      ' * @see h',
      ' */',
      'export const f = 1 // ```ts',
      '/** @example h() */'
    )
    const { examples, problems } = examplesOf('src/f.ts', text)
    expect(problems).toEqual([])
    expect(
      examples.map(({ line, source }) => [
        line,
        source.split('\n').flatMap((code, i) => (code === '' ? [] : [i + 1, code]))
      ])
    ).toEqual([
      [3, [4, 'f()']],
      [7, [7, 'g()']],
      [12, [12, 'h()']]
    ])
  })
})
