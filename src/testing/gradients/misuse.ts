/** What is wrong with a function under test, as opposed to its gradients. */

export type MisuseKind =
  'Failed' | 'NotPure' | 'DrawsAtRandom' | 'NotScalar' | 'NotDifferentiable' | 'ReadsNoInput' | 'InvalidInput'

/**
 * Thrown by the toolkit where a function, or what it was given, cannot be checked. A wrong gradient is a `GradientError`.
 * - Failed: the function returned a Left, or threw.
 * - NotPure: two runs on the same inputs differ.
 * - DrawsAtRandom: it takes numbers from the tape's key, and `random: true` was not given.
 * - NotScalar: a loss was asked for, and it returned something of another shape.
 * - NotDifferentiable: it returned int32 or bool.
 * - ReadsNoInput: its result was not computed from any of the inputs.
 * - InvalidInput: an input is no tensor, or none of them holds float32 numbers.
 */
export class Misuse extends Error {
  constructor(
    readonly kind: MisuseKind,
    message: string
  ) {
    super(message)
    this.name = 'Misuse'
  }
}
