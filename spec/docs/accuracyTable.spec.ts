/** docs/accuracy.md is of all that has cases and of the kernel sets that there are, and still true. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { accuracyComplaints } from '../support/accuracyComplaints'
import { type Accuracy, accuracySets, measureAccuracy } from '../support/accuracyErrors'
import { accuracyText, errorText, writtenAccuracy } from '../support/accuracyText'
import { kernelSets } from '../support/kernelSets'

const document = readFileSync(join(__dirname, '../../docs/accuracy.md'), 'utf8')
const accuracy = measureAccuracy(kernelSets)

describe('docs/accuracy.md', () => {
  it('is of all kernel sets', () => {
    expect(accuracySets).toEqual(expect.arrayContaining(kernelSets.map(({ name }) => name)))
  })

  it('has a row for everything with cases, and its numbers are right within a factor of four', () => {
    expect(accuracyComplaints(document, accuracy)).toEqual([])
  })
})

describe('such a document', () => {
  const fresh = accuracyText(accuracy)
  const complaints = (text: string, found: Partial<Accuracy> = {}): ReadonlyArray<string> =>
    accuracyComplaints(text, { ...accuracy, ...found })
  const changed = (before: string | RegExp, after: string): string => {
    const text = fresh.replace(before, after)
    expect(text).not.toBe(fresh)
    return text
  }

  it('is right as it is written, and the same when it is written from what it says', () => {
    expect(complaints(fresh)).toEqual([])
    expect(accuracyText(writtenAccuracy(fresh))).toBe(fresh)
  })

  it('has a row for each name with cases and for nothing else', () => {
    const found = complaints(changed('| `tanh` ', '| `sinh` '))
    expect(found).toContain('no row for tanh: `npm run accuracy` writes it anew')
    expect(found).toContain('a row for sinh, which has no cases: `npm run accuracy` writes it anew')
  })

  it('is empty where there is nothing, and nowhere else', () => {
    expect(complaints(changed(/(\| `less` +\| exact +\|) {2}/, '$1 exact '))).toEqual([
      'reference gradient of less is exact, but there is none: `npm run accuracy` writes it anew'
    ])
    expect(complaints(changed(/(\| `add` +\|) exact/, '$1'))).toEqual([
      'reference value of add is empty, but there are numbers: `npm run accuracy` writes it anew'
    ])
  })

  it('has all of its texts', () => {
    expect(complaints(changed('`sign` of NaN', '`sign` of 0'))).toEqual([
      'docs/accuracy.md is not what it would be written as: `npm run accuracy` writes it anew'
    ])
  })

  it('is not believed when an error is four times what it says, on another device above what is rounding', () => {
    const off = (by: number): Partial<Accuracy> => ({
      errors: new Map(
        [...accuracy.errors].map(([name, columns]) => [
          name,
          new Map([...columns].map(([column, error]) => [column, error + by]))
        ])
      )
    })
    const cells = [...accuracy.errors.values()].flatMap((columns) => [...columns])
    const ofReference = cells.filter(([column]) => column.startsWith('reference'))
    expect(complaints(fresh, off(1e-9))).toHaveLength(ofReference.length)
    expect(complaints(fresh, off(1e-9))).toContain(
      'reference value of add is 1e-9 instead of exact: if it has to be, `npm run accuracy` writes it anew'
    )
    const elsewhere = { devices: new Map([...accuracy.devices.keys()].map((set) => [set, 'NVIDIA H100'])) }
    expect(complaints(fresh, { ...off(5e-11), ...elsewhere })).toEqual([])
    expect(complaints(fresh, { ...off(2e-5), ...elsewhere })).toHaveLength(cells.length)
  })

  it('is not written over what is not rounding', () => {
    expect(complaints(fresh, { complaints: ['wasm: add is off'] })).toEqual(['wasm: add is off'])
  })
})

describe('an error in a cell', () => {
  it.each([
    [0, 'exact'],
    [1e-7, '1e-7'],
    [1.0001e-7, '2e-7'],
    [2e-7, '2e-7'],
    [3.1e-16, '5e-16'],
    [5.1e-16, '1e-15'],
    [9.99e-9, '1e-8'],
    [0.3, '5e-1'],
    [Infinity, 'wrong'],
    [NaN, 'wrong'],
    [undefined, '']
  ])('%p is %p', (error, text) => {
    expect(errorText(error)).toBe(text)
    if (error !== undefined && Number(text) > 0) expect(errorText(Number(text))).toBe(text)
  })
})
