/**
 * Generated from the table of primitives: the gradient of a gradient has the slope that central differences of the first
 * gradient have, in float64.
 */
import fc from 'fast-check'
import { expectRightSecondDerivatives } from '../support/derivatives'
import { differentiableCases } from '../support/primitiveCases'
import { runs } from '../support/runs'
import { twiceCases } from '../support/twiceCases'

describe.each(differentiableCases)('the second derivative of %s', (_name, { trials }) => {
  it('is the slope of the first', () => {
    fc.assert(
      fc.property(trials('float32'), ({ inputs, program }) => expectRightSecondDerivatives(program, inputs)),
      { numRuns: runs(10) }
    )
  })
})

describe.each(Object.entries(twiceCases))('of one variable twice, the second derivative of %s', (_name, trials) => {
  it('is the slope of the first', () => {
    fc.assert(
      fc.property(trials, ({ inputs, program }) => expectRightSecondDerivatives(program, inputs)),
      { numRuns: runs(6) }
    )
  })
})
