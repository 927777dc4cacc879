/**
 * `npm run accuracy`, its second half: writes docs/accuracy.md. All kernel sets have to be there, and nothing may differ but by
 * rounding.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isLeft } from 'fp-ts/Either'
import { tensorflowKernels } from '../../src/kernels/tensorflow/tensorflowKernels'
import { accuracySets, measureAccuracy } from './accuracyErrors'
import { accuracyText } from './accuracyText'
import { goldenRows } from './golden'
import { coverageComplaints, namedInSource } from './goldenCoverage'
import { kernelSets } from './kernelSets'

const main = (): string | undefined => {
  const missing = accuracySets.filter((wanted) => kernelSets.every(({ name }) => name !== wanted))
  if (missing.length > 0) {
    const native = tensorflowKernels()
    const why = isLeft(native) ? `${native.left.message}\n` : ''
    return `${why}No kernels here: ${missing.join(', ')}. The tables need all of them.`
  }
  const uncovered = coverageComplaints(namedInSource(), goldenRows)
  if (uncovered.length > 0) return uncovered.join('\n')
  const accuracy = measureAccuracy(kernelSets)
  if (accuracy.complaints.length > 0) return accuracy.complaints.join('\n')
  writeFileSync(join(__dirname, '../../docs/accuracy.md'), accuracyText(accuracy))
  console.log(`docs/accuracy.md: ${goldenRows.length} cases on ${accuracySets.join(', ')}.`)
  return undefined
}

const failure = main()
if (failure !== undefined) {
  console.error(`${failure}\ndocs/accuracy.md is as it was.`)
  process.exitCode = 1
}
