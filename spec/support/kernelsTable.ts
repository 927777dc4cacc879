/**
 * `npm run accuracy`: writes the table of errors in docs/kernels.md, and shows the calls with the largest. All kernel sets
 * have to be there, for half a table would look like a whole one.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { isLeft } from 'fp-ts/Either'
import { tensorflowKernels } from '../../src/kernels/tensorflow/tensorflowKernels'
import { float32Sets } from './kernelSets'
import { type Errors, kernelsTableErrors, runsOfTable, type Worst } from './kernelsTableErrors'
import { kernelsTableText, numberText, tableSets, withTable } from './kernelsTableText'

const file = join(__dirname, '../../docs/kernels.md')
/** Shown with its call: float32 has seven digits. */
const large = 1e-5

const main = (): string | undefined => {
  const missing = tableSets.filter((wanted) => float32Sets.every(({ name }) => name !== wanted))
  if (missing.length > 0) {
    const native = tensorflowKernels()
    const why = isLeft(native) ? `${native.left.message}\n` : ''
    return `${why}No kernels here: ${missing.join(', ')}. The table needs all of them.`
  }
  const errors = kernelsTableErrors(float32Sets, runsOfTable)
  const cells = cellsOf(errors)
  for (const [cell, { error, of }] of cells) {
    if (!(error <= large)) console.log(`${cell}: ${numberText(error)}, of ${of[fc.toStringMethod]()}`)
  }
  const wrong = cells.filter(([, { error }]) => !Number.isFinite(error))
  if (wrong.length > 0) return `Wrong, not inexact: ${wrong.map(([cell]) => cell).join(', ')}.`
  const devices = new Map(float32Sets.map(({ name, create }) => [name, create().device]))
  const document = withTable(readFileSync(file, 'utf8'), kernelsTableText(errors, devices))
  if (document === undefined) return 'The two comments around the table are not there: see kernelsTableText.ts.'
  writeFileSync(file, document)
  console.log(`docs/kernels.md: ${errors.size} operations on ${tableSets.join(' and ')}.`)
  return undefined
}

const cellsOf = (errors: Errors): ReadonlyArray<readonly [cell: string, worst: Worst]> =>
  [...errors].flatMap(([operation, columns]) =>
    [...columns].map(([column, worst]) => [`${column} of ${operation}`, worst] as const)
  )

const failure = main()
if (failure !== undefined) {
  console.error(`${failure}\ndocs/kernels.md is as it was.`)
  process.exitCode = 1
}
