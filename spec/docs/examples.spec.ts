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

describe('dense.ts', () => {
  it('multiplies by loops as gradfold does, and has layers that do what they are called', () => {
    const { status, stdout, stderr } = run('dense.ts')
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toContain('{"_tag":"Right","right":[[19,22],[43,50]]}')
    expect(stdout).toContain('by gradfold [[19, 22], [43, 50]]')
    expect(stdout).toContain('Cannot multiply [2, 2] by [4, 3]: the inner sizes 2 and 4 must match.')
    expect(stdout).toContain('ShapeMismatch in matmul: matmul of [2, 2] by [4, 3]: inner dimensions must match')
    expect(stdout).toContain('softmax is positive, and its rows sum to 1.000000 and 1.000000')
    expect(stdout).toContain('network [2, 3] to [2, 2], 26 parameters')
    const numbers = (label: string): ReadonlyArray<ReadonlyArray<number>> =>
      JSON.parse(new RegExp(`^${label}\\s+(\\[.*)$`, 'm').exec(stdout)?.[1] ?? '[]') as number[][]
    const z = numbers('dense 3 to 4, 16 parameters:')
    expect(z.map((row) => row.length)).toEqual([4, 4])
    expect(numbers('relu')).toEqual(z.map((row) => row.map((value) => Math.max(value, 0))))
    numbers('tanh').forEach((row, i) => row.forEach((value, j) => expect(value).toBeCloseTo(Math.tanh(z[i]![j]!), 4)))
    expect(
      numbers('softmax')
        .flat()
        .every((share) => share > 0)
    ).toBe(true)
    expect(numbers('double')).toEqual([
      [2, 4, 6],
      [-8, 10, -12]
    ])
    expect(numbers('twice')).toEqual([
      [4, 8, 12],
      [-16, 20, -24]
    ])
  }, 60_000)
})

describe('counting.ts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gradfold-'))
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  it('counts parameters, memory and multiply-adds, keeps the rules of dropout, and draws the throughput', () => {
    const plot = join(folder, 'throughput.svg')
    const { status, stdout, stderr } = run('counting.ts', ['--plot', plot])
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toContain('784-256         200,960 parameters')
    expect(stdout).toContain('784-256-128-10  235,146 parameters')
    expect(stdout).toContain('one by one      235,146 parameters')
    expect(stdout).toMatch(/^0 +Linear +\[32, 256\] +200,960 .* 6,422,528$/m)
    expect(stdout).toMatch(/^ {4}1 +0\.941 +0\.007 +234,752$/m)
    expect(stdout).toMatch(/^ {2}512 +0\.941 +3\.449 +120,193,024$/m)
    expect(stdout).toContain('p = 0  mean 1.00')
    expect(Number(/^p = 0.5 {2}mean (.*)$/m.exec(stdout)?.[1])).toBeCloseTo(1, 1)
    expect(stdout).toContain('p = 1  mean 0.00')
    expect(/^p = 0.5 \[[02, ]+\]$/m.test(stdout)).toBe(true)
    expect(stdout).toContain('in an evaluation [1, 2, 3]')
    expect(stdout.match(/^ +\d+ +\d+$/gm)).toHaveLength(10)
    expect(xmlFault(readFileSync(plot, 'utf8'))).toBeUndefined()
  }, 120_000)
})

describe('telemetry.ts', () => {
  it('sums the gradient of a broadcast bias, and says how often and how large everything was', () => {
    const { status, stdout, stderr } = run('telemetry.ts')
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toContain('bias, broadcast  [3, 0, 0]')
    expect(stdout).toContain('a mistake        ShapeMismatch in linearForward: ')
    expect(stdout).toMatch(/^matmul +2 +[\d.]+ +72$/m)
    expect(stdout).toMatch(/^backward +2 +[\d.]+ +0$/m)
    expect(stdout).toContain('gradfold_operations_total{operation="matmul"} 2')
    expect(stdout).toContain('gradfold_backward_seconds_count 2')
  }, 60_000)
})

describe('batchnorm-digits.ts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gradfold-'))
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  it('learns digits with batch norm and dropout, and goes on from its checkpoint', () => {
    const plot = join(folder, 'history.png')
    const settings = ['--checkpoint', join(folder, 'run.safetensors'), '--plot', plot, '--epochs']
    const { status, stdout, stderr } = run('batchnorm-digits.ts', [...settings, '1'])
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^total +109,514 +256 /m)
    const further = run('batchnorm-digits.ts', [...settings, '3'])
    expect([further.status, further.stderr]).toEqual([0, ''])
    expect(further.stdout).not.toContain('epoch 1/3')
    expect(further.stdout.match(/^epoch \d\/3 /gm)).toHaveLength(2)
    expect(Number(/^accuracy (\S+) on/m.exec(further.stdout)?.[1])).toBeGreaterThan(0.93)
    expect([...readFileSync(plot).subarray(1, 4)]).toEqual([...Buffer.from('PNG')])
  }, 120_000)

  it('says what is wrong with its settings', () => {
    const { status, stderr } = run('batchnorm-digits.ts', ['--epochs', '1', '--plot', join(folder, 'history.gif')])
    expect(status).toBe(1)
    expect(stderr).toContain('InvalidArgument in plotHistory')
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
