/** Names of parameters, and of what a layer would have fitted. */
import { linear, linearForward, parameter, parameters, referenceKernels, constant } from 'gradfold'
import { onTape } from '../support/leaks'
import { leftOf, rightOf } from '../support/results'

it("a record's own field called parameters or layers is part of the path", () => {
  onTape(referenceKernels(), (tape) => {
    const { value: w } = rightOf(parameter(tape, [1]))
    const { value: v } = rightOf(parameter(tape, [2]))
    expect(parameters({ parameters: { w }, layers: [v] }).map(({ path }) => path)).toEqual(['parameters.w', 'layers.0'])
  })
})

it('a linear layer says how many features it was given, of a batch of any rank', () => {
  onTape(referenceKernels(), (start) => {
    const layer = rightOf(linear(start, 2, 3))
    const x = rightOf(constant(layer.tape, { shape: [1, 4, 5], values: new Float64Array(20) }))
    expect(leftOf(linearForward(x.tape, layer.value, x.value)).message).toMatch(/make the layer with 5 inFeatures\.$/)
  })
})
