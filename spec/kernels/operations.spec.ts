/**
 * Generated from the table of operations: each, on each kernel set, says what the float64 reference says. Inputs are
 * numbers that float32 holds exactly.
 */
import fc from 'fast-check'
import { memory } from '../../src/kernels/kernels'
import { referenceKernels } from '../../src/kernels/reference/referenceKernels'
import { shapesKernels } from '../../src/kernels/shapes/shapesKernels'
import { flavours } from '../support/arbitraryTensors'
import { firstMismatch } from '../support/firstMismatch'
import { kernelSets } from '../support/kernelSets'
import { type Call, exact } from '../support/operationCase'
import { operationCases } from '../support/operationCases'
import { absolute } from '../support/hostTensors'
import { runCall } from '../support/runCall'
import { runs } from '../support/runs'

const none = new Float64Array()
const nothing = { tensors: 0, bytes: 0 }
/** One tensor more, of the list that made it, its inputs as they were, and nothing left behind. */
const asItMustBe = { values: none, inputsKept: true, owned: true, made: 1, left: 0 }

describe.each(kernelSets)('$name kernels', ({ create }) => {
  const kernels = create()
  const reference = referenceKernels()
  const shapes = shapesKernels()

  const check = (call: Call): void => {
    const actual = runCall(kernels, call)
    const expected = runCall(reference, call)
    const { shape, dtype } = expected
    const followed = runCall(shapes, call)
    expect({ ...followed, values: none }).toEqual({ ...asItMustBe, shape, dtype })
    expect({ ...actual, values: none }).toEqual({ ...asItMustBe, shape, dtype })
    const precision = dtype === 'float32' ? call.precision : exact
    const terms = precision.kind === 'summed' ? runCall(reference, call, absolute).values : none
    expect(firstMismatch(actual.values ?? none, expected.values ?? none, precision, terms ?? none)).toBeUndefined()
  }

  describe.each(Object.entries(operationCases))('%s', (_operation, calls) => {
    it.each(flavours)('of %s numbers', (flavour) => {
      fc.assert(fc.property(calls(flavour), check), { numRuns: runs(100) })
    })
  })

  afterAll(() => {
    expect([kernels, reference, shapes].map(memory)).toEqual([nothing, nothing, nothing])
  })
})
