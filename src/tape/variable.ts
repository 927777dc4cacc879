/**
 * A variable is one recorded operation and its value: an entry of the tape. Entries form a persistent stack: each knows
 * the one below, so appending is O(1), shares everything, and two tapes grown from one are both valid.
 */
import { inspected } from '../kernels/inspected'
import type { Dtype, Shape, Tensor } from '../kernels/tensor'
import type { Primitive } from './primitive'

/**
 * One value recorded on a tape: what operations take and give. Opaque: read its numbers with `read`, its place in the
 * run with `toArray(tape)`. The links are private fields, so that deep comparisons, immer and JSON stop here.
 */
export class Variable {
  /** Its place on the tape: 0 at the bottom. */
  readonly index: number
  readonly #previous: Variable | undefined
  readonly #jump: Variable | undefined
  // Two inputs lie in the entry itself: an array for them would be two objects more for each of a million entries.
  readonly #first: Variable | undefined
  readonly #second: Variable | undefined
  readonly #more: ReadonlyArray<Variable> | undefined
  readonly #tensor: Tensor

  /** @internal */
  constructor(
    previous: Variable | undefined,
    /** @internal */
    readonly primitive: Primitive<unknown>,
    /** @internal */
    readonly attributes: unknown,
    inputs: ReadonlyArray<Variable>,
    tensor: Tensor,
    /** The layer path under which it was recorded. */
    readonly path: string,
    /** True if it is a parameter or computed from one: constants and data need no gradient. */
    readonly needsGradient: boolean
  ) {
    this.#previous = previous
    this.#first = inputs[0]
    this.#second = inputs[1]
    this.#more = inputs.length > 2 ? inputs : undefined
    this.#tensor = tensor
    if (previous === undefined) {
      this.index = 0
      this.#jump = undefined
    } else {
      this.index = previous.index + 1
      const near = previous.#jump
      const far = near === undefined ? undefined : near.#jump
      // Two jumps of one length are followed by one over both: any entry is found in O(log n) steps (Myers 1983).
      this.#jump =
        near !== undefined && far !== undefined && previous.index - near.index === near.index - far.index
          ? far
          : previous
    }
  }

  get shape(): Shape {
    return this.#tensor.shape
  }

  get dtype(): Dtype {
    return this.#tensor.dtype
  }

  [inspected](): string {
    return `Variable ${this.primitive.name} [${this.shape.join(', ')}] ${this.dtype}`
  }

  /** @internal */
  static previousOf(variable: Variable): Variable | undefined {
    return variable.#previous
  }

  /** @internal */
  static inputCount(variable: Variable): number {
    if (variable.#more !== undefined) return variable.#more.length
    if (variable.#second !== undefined) return 2
    return variable.#first === undefined ? 0 : 1
  }

  /** @internal The input at this place, which is below inputCount. */
  static inputAt(variable: Variable, place: number): Variable {
    const input = place === 0 ? variable.#first : place === 1 ? variable.#second : variable.#more?.[place]
    if (input === undefined) throw new Error(`gradfold: entry ${variable.index} has no input ${place}`)
    return input
  }

  /** @internal */
  static inputsOf(variable: Variable): ReadonlyArray<Variable> {
    return Array.from({ length: Variable.inputCount(variable) }, (_, place) => Variable.inputAt(variable, place))
  }

  /** @internal */
  static tensorOf(variable: Variable): Tensor {
    return variable.#tensor
  }

  /** @internal */
  static isBelow(top: Variable | undefined, variable: Variable): boolean {
    const { index } = variable
    let at = top
    while (at !== undefined && at.index > index) {
      const jump: Variable | undefined = at.#jump
      at = jump !== undefined && jump.index >= index ? jump : at.#previous
    }
    return at === variable
  }
}

/** For gradfold's own modules: the entry below, the entries it was computed from, and its numbers. */
export const { previousOf, inputCount, inputAt, inputsOf, tensorOf } = Variable

/** Whether `variable` is `top` or below it. */
export const { isBelow } = Variable
