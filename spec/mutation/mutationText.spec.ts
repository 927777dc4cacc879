import { mutationText, withText, begin } from './mutationText'
import { equivalents } from './equivalents'
import { inDerivative, type Mutant, type Report, scores, survivors } from './survivors'

const source = `const twice = (x: number): number => x * 2

export const twicePrimitive = {
  name: 'twice',
  derivative: () => [
    (g: number) => g * 2
  ]
}

export const half = (x: number): number => x / 2
`

/** A mutant of `from` in the line of that number. */
const mutant = (line: number, from: string, replacement: string, status: string): Mutant => {
  const column = (source.split('\n')[line - 1] ?? '').indexOf(from) + 1
  return {
    mutatorName: 'ArithmeticOperator',
    replacement,
    status,
    location: { start: { line, column }, end: { line, column: column + from.length } }
  }
}

const report: Report = {
  files: {
    'src/operation/twice.ts': {
      source,
      mutants: [
        mutant(1, 'x * 2', 'x / 2', 'Killed'),
        mutant(4, "'twice'", "''", 'Ignored'),
        mutant(6, 'g * 2', 'g / 2', 'Survived'),
        mutant(10, 'x / 2', 'x * 2', 'NoCoverage')
      ]
    },
    'src/tape/tape.ts': { source, mutants: [mutant(1, 'x * 2', 'x / 2', 'Timeout')] }
  }
}

describe('survivors', () => {
  it('are what no spec noticed, told by the line and the change', () => {
    expect(survivors(report)).toEqual([
      { file: 'src/operation/twice.ts', line: '(g: number) => g * 2', from: 'g * 2', to: 'g / 2' },
      {
        file: 'src/operation/twice.ts',
        line: 'export const half = (x: number): number => x / 2',
        from: 'x / 2',
        to: 'x * 2'
      }
    ])
  })
})

describe('scores', () => {
  it('are of each folder, of the derivative rules, and of all; what Stryker left out does not count', () => {
    expect([...scores(report)]).toEqual([
      ['src/operation', { mutants: 3, killed: 1, timedOut: 0, survived: 2 }],
      ['src/tape', { mutants: 1, killed: 0, timedOut: 1, survived: 0 }],
      ['derivative rules', { mutants: 1, killed: 0, timedOut: 0, survived: 1 }],
      ['all', { mutants: 4, killed: 1, timedOut: 1, survived: 2 }]
    ])
  })

  it('count as a derivative what stands from `derivative:` to the end of the primitive', () => {
    const isPart = inDerivative('src/operation/twice.ts', source)
    expect(Array.from({ length: 11 }, (_, i) => i + 1).filter(isPart)).toEqual([5, 6, 7])
    expect(inDerivative('src/operation/cotangent.ts', 'const x = 1\n')(1)).toBe(true)
    expect(inDerivative('src/operation/half.ts', 'const x = 1\n')(1)).toBe(false)
  })
})

describe('the text', () => {
  const text = mutationText(report, 'Node 20: 1 minute.')

  it('has a row for each score and an item for each survivor', () => {
    expect(text).toContain('| src/operation | 3 | 1 | 0 | 2 | 33.3 % |')
    expect(text).toContain(
      '### src/operation/twice.ts\n\n- `(g: number) => g * 2`\n  `g * 2` becomes `g / 2`: no reason'
    )
    expect(text).toContain('Of the 2 that survived, 0 are equivalent for the reasons below, 2 are not explained.')
  })

  it('takes the place of what stood there', () => {
    const once = withText(`# Page\n\n${begin}\n\nold\n`, text)
    expect(once).toBe(`# Page\n\n${text}\n`)
    expect(withText('# Page\n', text)).toBeUndefined()
  })
})

describe('the reasons', () => {
  it('are for one mutant each', () => {
    const keys = equivalents.map(({ file, line, from, to }) => JSON.stringify([file, line, from, to]))
    expect(keys).toEqual([...new Set(keys)])
  })
})
