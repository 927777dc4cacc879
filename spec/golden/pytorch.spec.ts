import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { memory, parameter, read, referenceKernels, softmaxCrossEntropy } from 'gradfold'
import { asHost, goldenHeader, type GoldenRow, goldenRows } from '../support/golden'
import { judge, judgeAs } from '../support/goldenComplaints'
import { coverageComplaints, namedInSource } from '../support/goldenCoverage'
import { goldenDifferences, otherZeros, refusalOf } from '../support/goldenDifferences'
import { goldenError, hasOtherZeros, precisionOf } from '../support/goldenErrors'
import { kernelSets } from '../support/kernelSets'
import { onTape } from '../support/leaks'
import { rightOf } from '../support/results'

const names = [...new Set(goldenRows.map(({ of }) => of))]
const rowsOf = (name: string): ReadonlyArray<GoldenRow> => goldenRows.filter(({ of }) => of === name)

describe('the golden file', () => {
  it('is of the PyTorch that its maker names, and of the scripts as they are', () => {
    const digest = createHash('sha256')
    const scripts = readdirSync(__dirname).filter((file) => file.endsWith('.py'))
    for (const file of scripts.sort()) digest.update(readFileSync(join(__dirname, file)))
    expect(goldenHeader.torch).toMatch(/^2\.13\.0(\+cpu)?$/)
    expect({ sources: goldenHeader.sources, mendedBy: goldenHeader.command }).toEqual({
      sources: digest.digest('hex'),
      mendedBy: 'python spec/golden/pytorch.py'
    })
  })

  it('has each row once', () => {
    const titles = goldenRows.map(({ of, name }) => `${of} ${name}`)
    expect(titles.filter((title, i) => titles.indexOf(title) !== i)).toEqual([])
  })

  it('has rows for every operation, layer, loss, optimiser and initialiser', () => {
    expect(coverageComplaints(namedInSource(), goldenRows)).toEqual([])
  })
})

describe('what the golden file has to have', () => {
  const source = namedInSource()

  it('is found in the source', () => {
    expect(source).toMatchObject({
      operation: expect.arrayContaining(['abs', 'reluGradient', 'uniform']) as unknown,
      layer: expect.arrayContaining(['linearForward', 'sequential']) as unknown,
      loss: expect.arrayContaining(['mseLoss', 'softmaxCrossEntropy']) as unknown,
      optimizer: expect.arrayContaining(['adam', 'sgd']) as unknown,
      random: expect.arrayContaining(['heNormal', 'zeros']) as unknown
    })
  })

  it.each(['operation', 'function', 'layer', 'loss', 'optimizer', 'random'] as const)(
    'is complained about for a new %s',
    (group) => {
      const added = { ...source, [group]: [...source[group], 'cube'] }
      expect(coverageComplaints(added, goldenRows)[0]).toMatch(
        /^no rows for cube: add some to a rows_\*\.py .*\/goldenPrograms\.ts, run `python .*`, then `npm run accuracy`;/
      )
    }
  )

  it('is complained about when rows go, or are of nothing', () => {
    const without = (isGone: (row: GoldenRow) => boolean): ReadonlyArray<string> =>
      coverageComplaints(
        source,
        goldenRows.filter((row) => !isGone(row))
      ).map((text) => text.split(': ')[0] ?? '')
    expect(without(({ of }) => of === 'tanh')).toEqual(['no rows for tanh'])
    expect(without(({ of, name }) => of === 'tanh' && name === 'of rank 5')).toEqual(['no row of tanh with five axes'])
    expect(without(({ name }) => name.startsWith('sigmoid'))).toEqual([`no rows for activation('sigmoid')`])
    expect(without(({ of, name }) => of === 'mseLoss' && name.endsWith('sum'))).toEqual([
      'no row of mseLoss with the reduction sum'
    ])
    expect(coverageComplaints({ ...source, optimizer: [] }, goldenRows)).toContain(
      'rows for adam, which src/index.ts does not export'
    )
    const excuses = coverageComplaints(source, goldenRows, { tanh: 'no reason' })
    expect(excuses).toContainEqual(expect.stringMatching(/ excuses tanh, which has rows or is not there: take it out$/))
  })
})

describe.each(kernelSets)('on $name, as PyTorch has it:', (set) => {
  it.each(names)('%s', (name) => {
    const kernels = set.create()
    const before = memory(kernels)
    expect(rowsOf(name).flatMap((row) => judge(kernels, precisionOf(set), row).complaints)).toEqual([])
    expect(memory(kernels)).toEqual(before)
  })

  it('zeros have the sign that PyTorch gives them, but where docs/accuracy.md says so', () => {
    const kernels = set.create()
    const others = goldenRows.filter((row) =>
      judge(kernels, precisionOf(set), row).pairs.some((pair) => pair.part === 'value' && hasOtherZeros(pair))
    )
    expect(otherZeros).toEqual(expect.arrayContaining([...new Set(others.map(({ of }) => of))]))
  })

  it('softmaxCrossEntropy against labels in JavaScript', () => {
    for (const row of rowsOf('softmaxCrossEntropy')) {
      if (!('inputs' in row) || refusalOf(row) !== undefined) continue
      const [scores, target] = row.inputs.map(asHost)
      const labels = { shape: target!.shape, values: Array.from(target!.values) }
      onTape(set.create(), (tape) => {
        const given = rightOf(parameter(tape, scores!))
        const loss = rightOf(softmaxCrossEntropy(given.tape, given.value, labels, row.options))
        const got = Array.from(rightOf(read(loss.value)).values)
        const error = goldenError(
          { part: 'value', which: 0, dtype: 'float32', wanted: row.value.values.map(Number), got },
          precisionOf(set)
        )
        expect({ row: row.name, error: error <= precisionOf(set).tolerance }).toEqual({ row: row.name, error: true })
      })
    }
  })
})

describe('a difference from PyTorch', () => {
  const precision = precisionOf({ name: 'reference' })

  it.each(goldenDifferences)('is one: $of $name', ({ of, name }) => {
    const row = rowsOf(of).find((other) => other.name === name)
    expect(row && judgeAs(referenceKernels(), precision, row).complaints.length).toBeGreaterThan(0)
  })

  it('is not overlooked', () => {
    const row = goldenRows.find(({ of, name }) => of === 'add' && name === 'of one shape')
    if (row === undefined || !('inputs' in row)) throw new Error('add has no such row')
    const [first, ...others] = row.value.values.map(Number)
    const judged = (change: Partial<typeof row>, refusal?: string): ReadonlyArray<string> =>
      judgeAs(referenceKernels(), precision, { ...row, ...change }, refusal).complaints
    const value = (shape: ReadonlyArray<number>, number: number): Partial<typeof row> => ({
      value: { shape, values: [number, ...others] }
    })
    expect(judged({})).toEqual([])
    expect(judged(value([2, 3], first! + 1e-8))).toEqual([
      expect.stringMatching(/^add of one shape: value 0 .* off by \d/)
    ])
    expect(judged(value([2, 3], NaN))).toEqual([expect.stringContaining('another number, not a rounded one')])
    expect(judged(value([3, 2], first!))).toEqual([expect.stringContaining('float32 [2, 3] instead of float32 [3, 2]')])
    const whole = goldenRows.find(({ of, name }) => of === 'add' && name === 'of int32')
    if (whole === undefined || !('inputs' in whole)) throw new Error('add has no such row')
    const nearly = { ...whole.value, values: whole.value.values.map((number) => Number(number) + 1e-12) }
    expect(judgeAs(referenceKernels(), precision, { ...whole, value: nearly }).complaints).toHaveLength(1)
    expect(judged({ gradients: [null, null] })).toHaveLength(4)
    expect(judged({ gradients: [] })).toHaveLength(4)
    expect(judged({ second: [null, null, null] })).toHaveLength(1)
    expect(judged({}, 'DtypeError')).toEqual(['add of one shape is not refused: DtypeError was expected'])
    expect(judged({ inputs: [row.inputs[0]!, { shape: [4], values: [1, 2, 3, 4] }] })).toEqual([
      'add of one shape is refused: BroadcastError'
    ])
  })
})
