import { join } from 'node:path'
import { type Compiled, compile } from './program'
import { run } from './run'

interface Source {
  readonly name: string
  readonly code: string
  readonly output?: string
  /** What is said of it; undefined if it is right. */
  readonly said?: string
}

const right: ReadonlyArray<Source> = [
  { name: 'what is printed', code: 'console.log([1, 2].map((n) => n + 1)) // => [2, 3]' },
  { name: 'a value', code: "const f = (s: string) => `${s}!`\nf('a') // => a!" },
  { name: 'an arrow on its own line', code: 'console.log({\n  a: 1\n})\n// => { a: 1 }' },
  { name: 'two lines as one', code: 'if (1 < 2) console.log(`a\\n  b`) // => a b' },
  { name: 'a text block', code: 'console.log(1)\nconsole.log(2)', output: '1\n2' },
  {
    name: 'a text block with a gap',
    code: 'console.log(`took ${performance.now()} ms\\nb`)',
    output: 'took ... ms\nb'
  },
  {
    name: 'an await at the top',
    code: "import { join } from 'node:path'\nawait Promise.resolve(join('a', 'b')) // => a/b"
  },
  { name: 'a Left on purpose', code: "import { left } from 'fp-ts/Either'\nleft(1) // => { _tag: 'Left', left: 1 }" },
  { name: 'an arrow in a generator', code: '[...(function* () {\n  yield 1 // => undefined\n})()]' }
]

const wrong: ReadonlyArray<Source> = [
  { name: 'another value', code: '1 + 1 // => 3', said: ':1 - gave\n2\nbut its comment says\n3' },
  { name: 'another print', code: 'console.log(1) // => 2', said: ':1 - gave\n1\nbut its comment says\n2' },
  { name: 'a line never reached', code: '\nif (1 > 2) console.log(1) // => 1', said: ':2 - the example ended without' },
  { name: 'another text block', code: 'console.log(1)', output: '2', said: 'printed\n1\nbut its text block says\n2' },
  { name: 'less than its text block', code: 'console.log(1)', output: '1\n2', said: 'but its text block says' },
  { name: 'a throw', code: "throw new Error('no')", said: ':1 - threw Error: no' },
  { name: 'an unseen Left', code: "import { left } from 'fp-ts/Either'\nleft('no')", said: ':2 - gave an error' }
]

const refused: ReadonlyArray<Source> = [
  { name: 'a type error', code: "\nconst n: number = 'a'", said: ':2:7 - TS2322' },
  { name: 'a syntax error', code: 'const = 1', said: ':1:7 - TS1134' },
  { name: 'an unknown name', code: "import { nothing } from 'gradfold'", said: ':1:10 - TS2305' },
  { name: 'an arrow that belongs to nothing', code: 'const n = 1 // => 1', said: ':1 - `// =>` belongs to' }
]

const all = [...right, ...wrong, ...refused]
let compiled: ReadonlyMap<Source, Compiled> = new Map()
beforeAll(() => {
  const examples = all.map(({ code, output }, i) => ({
    file: `docs/${i}.md`,
    line: 1,
    source: code,
    runs: true,
    output
  }))
  const answers = compile(join(__dirname, '../../..'), examples)
  compiled = new Map(all.map((source, i) => [source, answers[i]!]))
}, 120_000)

describe('run', () => {
  it.each(right)('takes $name', async (source) => {
    expect(compiled.get(source)!.errors).toEqual([])
    expect(await run(compiled.get(source)!)).toEqual([])
  })

  it.each(wrong)('reports $name', async (source) => {
    expect(compiled.get(source)!.errors).toEqual([])
    expect((await run(compiled.get(source)!)).join('\n')).toContain(source.said)
  })
})

describe('compile', () => {
  it.each(refused)('refuses $name', (source) => {
    expect(compiled.get(source)!.errors.join('\n')).toContain(source.said)
  })
})
