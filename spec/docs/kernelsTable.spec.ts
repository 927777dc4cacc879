/** The table of errors in docs/kernels.md is of the operations and the kernel sets that there are, and still true. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { float32Sets } from '../support/kernelSets'
import { kernelsTableComplaints, type Tried } from '../support/kernelsTableComplaints'
import { type Errors, kernelsTableErrors } from '../support/kernelsTableErrors'
import { kernelsTableText, tableSets, withTable, writtenTable } from '../support/kernelsTableText'

const document = readFileSync(join(__dirname, '../../docs/kernels.md'), 'utf8')
// Enough for every cell to have a number; `npm run accuracy` tries more, these among them.
const errors = kernelsTableErrors(float32Sets, 12)
const tried = float32Sets.map(({ name, create }): Tried => ({ name, device: create().device }))

describe('the table of errors in docs/kernels.md', () => {
  it('is of all kernel sets', () => {
    expect(tableSets).toEqual(expect.arrayContaining(tried.map(({ name }) => name)))
  })

  it('is of all operations, and its numbers are right within a factor of four', () => {
    expect(kernelsTableComplaints(document, errors, tried)).toEqual([])
  })
})

describe('a table of errors', () => {
  const devices = new Map(tried.map(({ name, device }) => [name, device]))
  const fresh = withTable(document, kernelsTableText(errors, devices)) ?? ''
  const complaints = (text: string, found: Errors = errors, of = tried): ReadonlyArray<string> =>
    kernelsTableComplaints(text, found, of)
  const changed = (before: string | RegExp, after: string): string => {
    const text = fresh.replace(before, after)
    expect(text).not.toBe(fresh)
    return text
  }

  it('is right as it is written', () => {
    expect(complaints(fresh)).toEqual([])
  })

  it('has a place', () => {
    const nowhere = changed('<!-- The end of the table. -->', '')
    expect(complaints(nowhere)).toEqual([expect.stringContaining('no place for the table')])
    expect(writtenTable(nowhere)).toBeUndefined()
    expect(withTable(nowhere, 'text')).toBeUndefined()
    expect(withTable(document, 'text\n')).toMatch(/ writes\. -->\n\ntext\n\n<!-- The end/)
  })

  it('has a row for each operation and for nothing else', () => {
    const found = complaints(changed('| `tanh` ', '| `sinh` '))
    expect(found).toContain('no row for tanh: `npm run accuracy` writes the table anew')
    expect(found).toContain('a row for sinh, which is none: `npm run accuracy` writes the table anew')
  })

  it('has columns for each kernel set', () => {
    const found = complaints(changed(' wasm order 2 ', ' wasm order 3 '))
    expect(found).toContain('no column for wasm order 2: `npm run accuracy` writes the table anew')
    expect(found).toContain('a column for wasm order 3, which is none: `npm run accuracy` writes the table anew')
  })

  it('is empty where there is nothing, and nowhere else', () => {
    expect(complaints(changed(/(\| `less` +\|) /, '$1 exact'))).toEqual([
      'wasm float32 of less is exact, but there is none: `npm run accuracy` writes the table anew'
    ])
    expect(complaints(changed(/(\| `add` +\|) exact/, '$1'))).toEqual([
      'wasm float32 of add is empty, but there are numbers: `npm run accuracy` writes the table anew'
    ])
  })

  it('is not believed when an error is four times what it says, on another device above 1e-5', () => {
    const off = (factor: number): Errors =>
      new Map(
        [...errors].map(([operation, columns]) => [
          operation,
          new Map([...columns].map(([column, worst]) => [column, { ...worst, error: worst.error + factor * 1e-7 }]))
        ])
      )
    const add = /^wasm float32 of add is 2e-7 instead of exact, of .*: if it has to be, `npm run accuracy` writes/
    expect(complaints(fresh, off(2))).toContainEqual(expect.stringMatching(add))
    const onGpu = tried.map(({ name }) => ({ name, device: 'NVIDIA H100, TensorFlow' }))
    expect(complaints(fresh, off(2), onGpu)).toEqual([])
    expect(complaints(fresh, off(200), onGpu)).toHaveLength([...errors.values()].flatMap((row) => [...row]).length)
    expect(complaints(fresh, off(NaN), onGpu)).toHaveLength([...errors.values()].flatMap((row) => [...row]).length)
  })
})
