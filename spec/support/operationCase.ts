/** What a row of operationCases.ts is made of: a random call of one operation, and how exact its answer must be. */
import fc from 'fast-check'
import type { Operations } from '../../src/kernels/operations'
import type { Dtype, HostTensor, Tensor } from '../../src/kernels/tensor'
import { broadcastingShapes } from '../../src/testing/generators/broadcastingShapes'
import { shapes } from '../../src/testing/generators/shapes'
import { tensorText } from '../../src/testing/generators/tensorText'
import { kernelLimits } from './arbitraryShapes'
import { anyTensor, anyTensors, type Flavour } from './arbitraryTensors'

/**
 * The error that a float32 number may have beside the float64 one:
 * - exact: none after rounding to float32, because one correctly rounded operation gives just that;
 * - relative: `factor` times the number;
 * - summed: `count` products or summands are added in any order, (count + 2) 2^-24 times the sum of absolute terms
 *   (Higham, Accuracy and Stability of Numerical Algorithms, section 4.2; + 2 for a product and a division);
 * - shifted: `factor` times (1 + the number), for x - max - log(...), whose last term is about 1.
 */
export type Precision =
  | { readonly kind: 'exact' }
  | { readonly kind: 'relative'; readonly factor: number }
  | { readonly kind: 'summed'; readonly count: number }
  | { readonly kind: 'shifted'; readonly factor: number }

export const exact: Precision = { kind: 'exact' }

/** One call, the same on every kernel set. `run` takes its inputs by `load`. */
export interface Call {
  readonly inputs: ReadonlyArray<HostTensor>
  readonly attributes: Readonly<Record<string, unknown>>
  readonly precision: Precision
  readonly run: (operations: Operations<Tensor>, load: (x: HostTensor) => Tensor) => Tensor
  /** How fast-check prints it. */
  readonly [fc.toStringMethod]: () => string
}

/** A row: random calls on numbers of a flavour. */
export type Case = (flavour: Flavour) => fc.Arbitrary<Call>

export const call = (
  inputs: ReadonlyArray<HostTensor>,
  attributes: Call['attributes'],
  run: Call['run'],
  precision: Precision = exact
): Call => ({
  inputs,
  attributes,
  precision,
  run,
  [fc.toStringMethod]: () => [...inputs.map(tensorText), fc.stringify(attributes)].join(', ')
})

export const anyDtype: ReadonlyArray<Dtype> = ['float32', 'int32', 'bool']
export const numeric: ReadonlyArray<Dtype> = ['float32', 'int32']
export const real: ReadonlyArray<Dtype> = ['float32']

/** Calls of an operation from a tensor to one of the same shape. */
export const unaryCase =
  (
    dtypes: ReadonlyArray<Dtype>,
    run: (operations: Operations<Tensor>, x: Tensor) => Tensor,
    precision: Precision = exact
  ): Case =>
  (flavour) =>
    fc
      .constantFrom(...dtypes)
      .chain((dtype) => anyTensor(shapes(kernelLimits), dtype, flavour))
      .map((x) => call([x], {}, (operations, load) => run(operations, load(x)), precision))

/** Calls of an operation on two tensors that broadcast; now and then both are the same tensor. */
export const binaryCase =
  (
    dtypes: ReadonlyArray<Dtype>,
    run: (operations: Operations<Tensor>, x: Tensor, y: Tensor) => Tensor,
    precision: Precision = exact
  ): Case =>
  (flavour) => {
    const dtype = fc.constantFrom(...dtypes)
    const two = dtype.chain((chosen) => anyTensors(broadcastingShapes(2, kernelLimits), chosen, flavour))
    const twice = dtype.chain((chosen) =>
      anyTensors(
        shapes(kernelLimits).map((shape) => [shape]),
        chosen,
        flavour
      )
    )
    return fc.oneof({ weight: 9, arbitrary: two }, { weight: 1, arbitrary: twice }).map((inputs) =>
      call(
        inputs,
        {},
        (operations, load) => {
          const loaded = inputs.map(load)
          return run(operations, at(loaded, 0), at(loaded, loaded.length - 1))
        },
        precision
      )
    )
  }

/** The element, which is there. */
export const at = <A>(array: ReadonlyArray<A>, index: number): A => {
  const element = array[index]
  if (element === undefined) throw new Error(`no element ${index} of ${array.length}`)
  return element
}
