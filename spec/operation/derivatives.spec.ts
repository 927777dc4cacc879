/**
 * Generated from the table of primitives: each derivative, and its own derivative, is what central differences in float64
 * say, with broadcasting, on empty and one-element tensors, and under an upstream gradient that is not constant.
 */
import fc from 'fast-check'
import { referenceKernels } from 'gradfold'
import { inputsOf } from '../../src/tape/variable'
import { isDifferentiable } from '../../src/tape/primitive'
import { float32Sets } from '../support/kernelSets'
import { byBackward, byGradient, checkTrial, expectClose, onParameters } from '../support/derivatives'
import { differentiableCases, primitiveCases, withoutDerivative } from '../support/primitiveCases'
import { rightOf } from '../support/results'
import { runs } from '../support/runs'
import { twiceCases } from '../support/twiceCases'

describe.each(Object.entries(primitiveCases))('%s', (name, { dtypes, trials }) => {
  const any = fc.constantFrom(...dtypes).chain(trials)

  it('lets gradients through where they are float32, and it has a derivative', () => {
    fc.assert(
      fc.property(any, ({ inputs, program }) => {
        onParameters(referenceKernels(), inputs, (tape, variables) => {
          const { value } = rightOf(program(tape, variables))
          expect(isDifferentiable(value.primitive)).toBe(!withoutDerivative.includes(name))
          const fromFloats = inputsOf(value).some(({ dtype }) => dtype === 'float32')
          const flows = !withoutDerivative.includes(name) && fromFloats && value.dtype === 'float32'
          expect(value.needsGradient).toBe(flows)
        })
      }),
      { numRuns: runs(8) }
    )
  })
})

const float32 = float32Sets.map(({ create }) => create())

describe.each(differentiableCases)('the derivative of %s', (_name, { trials }) => {
  it('is what central differences are, and so is its own', () => {
    fc.assert(fc.property(trials('float32'), checkTrial), { numRuns: runs(12) })
  })

  it('is the same when it is recorded', () => {
    fc.assert(
      fc.property(trials('float32'), ({ inputs, program }) => {
        const kernels = referenceKernels()
        expect(byGradient(kernels, program, inputs)).toEqual(byBackward(kernels, program, inputs))
      }),
      { numRuns: runs(8) }
    )
  })

  it('is the same on the other kernels, as float32 rounds it', () => {
    fc.assert(
      fc.property(trials('float32'), ({ inputs, program }) => {
        const expected = byBackward(referenceKernels(), program, inputs)
        for (const kernels of float32) expectClose(byBackward(kernels, program, inputs), expected, 1e-5)
      }),
      { numRuns: runs(12) }
    )
  })
})

describe.each(Object.entries(twiceCases))('of one variable twice, the derivative of %s', (_name, trials) => {
  it('is what central differences are, and so is its own', () => {
    fc.assert(fc.property(trials, checkTrial), { numRuns: runs(8) })
  })

  it('is the same when it is recorded', () => {
    fc.assert(
      fc.property(trials, ({ inputs, program }) => {
        const kernels = referenceKernels()
        expect(byGradient(kernels, program, inputs)).toEqual(byBackward(kernels, program, inputs))
      }),
      { numRuns: runs(8) }
    )
  })
})
