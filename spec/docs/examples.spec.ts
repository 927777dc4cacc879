import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { xmlFault } from '../support/wellFormed'

const root = join(__dirname, '../..')

/** Runs a program of docs/examples as a user would. */
const run = (program: string, settings: ReadonlyArray<string> = []) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/tsx/dist/cli.mjs'), join(root, 'docs/examples', program), ...settings],
    { cwd: root, encoding: 'utf8' }
  )
  return { status, stdout, stderr }
}

describe('linear-by-hand.ts', () => {
  it('prints the same gradients by hand and by backward, and the Jacobian', () => {
    const { status, stdout, stderr } = run('linear-by-hand.ts')
    expect([status, stderr]).toEqual([0, ''])
    const shown = new Map(stdout.split('\n').map((line) => [line.slice(0, 17).trim(), line.slice(17).trim()]))
    const numbers = (label: string): unknown => JSON.parse(shown.get(label) ?? `"${label} is not shown"`)
    expect(numbers('dL/dA backward')).toEqual(numbers('dL/dA by hand'))
    expect(numbers('dL/dW backward')).toEqual(numbers('dL/dW by hand'))
    expect(numbers('dL/dW backward')).toEqual([
      [1, 0, 1, 4.5],
      [0.5, -1.5, 2, -0.75],
      [-1, 2, -3, -0.5]
    ])
    expect(numbers('dL/db by hand')).toEqual([[3], [0], [-1]])
    expect(numbers('dL/db backward')).toEqual([3, 0, -1])
    const identity = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1]
    ]
    expect(numbers('dZ/db')).toEqual([identity, identity])
  }, 60_000)
})

describe('digits.ts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gradfold-'))
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  it('learns digits in an epoch, says how well, and draws the loss', () => {
    const plot = join(folder, 'new/curve.svg')
    mkdirSync(dirname(plot))
    writeFileSync(plot, 'an older curve')
    const { status, stdout, stderr } = run('digits.ts', ['--epochs', '1', '--plot', plot])
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toContain('235,146')
    expect(stdout).toMatch(
      /^epoch 1\/1 {2}loss \d\.\d{4} {2}test loss \d\.\d{4} {2}test accuracy 0\.\d{4} {2}[\d.]+ s$/m
    )
    expect(Number(/^test accuracy (\S+)/m.exec(stdout)?.[1])).toBeGreaterThan(0.8)
    expect(stdout.match(/^is a \d, read as \d$/gm)).toHaveLength(5)
    const svg = readFileSync(plot, 'utf8')
    expect(svg).toMatch(/^<svg /)
    expect(xmlFault(svg)).toBeUndefined()
    for (const text of ['Handwritten digits', 'training loss', 'test loss']) expect(svg).toContain(text)
    expect(readdirSync(dirname(plot))).toEqual(['curve.svg'])
  }, 120_000)

  it('says what is wrong with its settings, and writes nothing', () => {
    const plot = join(folder, 'none/curve.svg')
    const { status, stderr } = run('digits.ts', ['--epochs', 'many', '--plot', plot])
    expect(status).toBe(1)
    expect(stderr).toContain('InvalidArgument in fit: fit needs epochs to be a whole number')
    expect(existsSync(dirname(plot))).toBe(false)
  }, 120_000)
})

describe('xmlFault', () => {
  it.each(['<a/>', '<?xml version="1.0"?>\n<a x="1" y=\'2 > 1\'><b:c>t &amp; u</b:c><!-- d --><![CDATA[<]]></a>'])(
    'has nothing against %s',
    (xml) => {
      expect(xmlFault(xml)).toBeUndefined()
    }
  )

  it.each([
    '',
    'text',
    '<a>',
    '</a>',
    '<a></b>',
    '<a><b></a></b>',
    '<a/><b/>',
    '<a/><![CDATA[b]]>',
    '<a x=1/>',
    '<a>&</a>',
    '<a x="<"/>',
    '<a'
  ])('has something against %s', (xml) => {
    expect(xmlFault(xml)).toEqual(expect.any(String))
  })
})
