/** Mutants that no spec can tell from the original, and why. `npm run mutation` asks for a row for each that survives. */
import type { Survivor } from './survivors'

export interface Equivalent extends Survivor {
  readonly reason: string
}

export const equivalents: ReadonlyArray<Equivalent> = [
  {
    file: 'src/operation/rules.ts',
    line: 'return right(shape === x.shape && output === undefined ? x : { shape, dtype: output ?? x.dtype })',
    from: 'shape === x.shape && output === undefined',
    to: 'false',
    reason: 'the type that is made anew equals that of x; `record` measures it once more, and it fits, as x does.'
  },
  {
    file: 'src/operation/matmul.ts',
    line: "if (y.at(-1) === inner && y.at(-2) === other) return 'The second fits when transposed: set transposeY.'",
    from: 'y.at(-2) === other',
    to: 'true',
    reason:
      'other is y.at(-2), unless y is transposed already: then it is y.at(-1), which is not inner, and the first half is false.'
  },
  {
    file: 'src/operation/matmul.ts',
    line: "if (x.at(-2) === other && x.at(-1) === inner) return 'The first fits when transposed: set transposeX.'",
    from: 'x.at(-1) === inner',
    to: 'true',
    reason:
      'inner is x.at(-1), unless x is transposed already: then it is x.at(-2), which is not other, and the first half is false.'
  },
  {
    file: 'src/operation/lastAxis.ts',
    line: 'if (axis === -1 || x.shape.length === 0) return body(tape, x)',
    from: 'axis === -1',
    to: 'false',
    reason: 'a short way: -1 is normalised to the last axis, for which nothing is transposed either.'
  },
  {
    file: 'src/operation/operand.ts',
    line: "if (typeof x === 'object' && typeof y === 'object') return record(tape, primitive, [x, y], NONE)",
    from: "typeof x === 'object' && typeof y === 'object'",
    to: 'false',
    reason: 'a short way without closures: recordOperands hands variables on as they are.'
  },
  {
    file: 'src/tape/record.ts',
    line: 'const tensors = new Array<Tensor>(inputs.length)',
    from: 'new Array<Tensor>(inputs.length)',
    to: 'new Array()',
    reason: 'the array grows to the same length as it is filled.'
  },
  {
    file: 'src/tape/record.ts',
    line: 'if (type.right !== tensors[0]) {',
    from: 'type.right !== tensors[0]',
    to: 'true',
    reason: 'the type of an input is measured once more; it fits, for the input exists.'
  },
  {
    file: 'src/tape/primitive.ts',
    line: 'export const noDerivative = (): ReadonlyArray<never> => []',
    from: '[]',
    to: '["Stryker was here"]',
    reason: 'never called: the fold asks isDifferentiable first, which compares with this very function.'
  },
  {
    file: 'src/tape/primitive.ts',
    line: 'export const noDerivative = (): ReadonlyArray<never> => []',
    from: '(): ReadonlyArray<never> => []',
    to: '() => undefined',
    reason: 'never called: the fold asks isDifferentiable first, which compares with this very function.'
  },
  {
    file: 'src/tape/input.ts',
    line: 'for (let at: Nested | undefined = input; at !== undefined && isRow(at); at = at[0]) shape.push(at.length)',
    from: 'at !== undefined',
    to: 'true',
    reason: 'undefined is no row either; the comparison is for the type.'
  },
  {
    file: 'src/tape/structure.ts',
    line: 'if (prototype === Object.prototype) return true',
    from: 'prototype === Object.prototype',
    to: 'false',
    reason: 'a short way: Object.prototype passes the test for prototypes of other realms, too.'
  },
  {
    file: 'src/tape/variable.ts',
    line: 'at = jump !== undefined && jump.index >= index ? jump : at.#previous',
    from: 'jump !== undefined',
    to: 'true',
    reason: 'only the entry 0 has no jump, and the loop ends before it.'
  },
  {
    file: 'src/tape/variable.ts',
    line: 'at = jump !== undefined && jump.index >= index ? jump : at.#previous',
    from: 'jump.index >= index',
    to: 'jump.index > index',
    reason: 'a longer way to the same entry.'
  },
  {
    file: 'src/tape/variable.ts',
    line: 'this.#more = inputs.length > 2 ? inputs : undefined',
    from: 'inputs.length > 2',
    to: 'true',
    reason:
      'costs memory alone: the first two inputs are read from their own fields, and the array says the same count.'
  },
  {
    file: 'src/tape/variable.ts',
    line: 'this.#more = inputs.length > 2 ? inputs : undefined',
    from: 'inputs.length > 2',
    to: 'inputs.length >= 2',
    reason:
      'costs memory alone: the first two inputs are read from their own fields, and the array says the same count.'
  },
  {
    file: 'src/tape/variable.ts',
    line: 'near !== undefined && far !== undefined && previous.index - near.index === near.index - far.index',
    from: 'near !== undefined',
    to: 'true',
    reason: 'where near is undefined, far is, too.'
  },
  {
    file: 'src/gradient/backward.ts',
    line: 'const gradient = cotangent.claims > 1 ? own.reshape(cotangent, cotangent.shape) : cotangent',
    from: 'cotangent.claims > 1',
    to: 'true',
    reason: 'one copy more than needed, of which the original is released.'
  },
  {
    file: 'src/gradient/backward.ts',
    line: 'const gradient = cotangent.claims > 1 ? own.reshape(cotangent, cotangent.shape) : cotangent',
    from: 'cotangent.claims > 1',
    to: 'cotangent.claims >= 1',
    reason: 'one copy more than needed, of which the original is released.'
  },
  {
    file: 'src/gradient/backward.ts',
    line: 'if (cotangent.claims > 1) cotangent.claims--',
    from: 'cotangent.claims > 1',
    to: 'true',
    reason:
      'which of the variables that share a cotangent gets it, and which a copy, is all that changes: what is not handed out is released, and claims are set to 0.'
  },
  {
    file: 'src/gradient/backward.ts',
    line: 'if (cotangent.claims > 1) cotangent.claims--',
    from: 'cotangent.claims > 1',
    to: 'false',
    reason:
      'which of the variables that share a cotangent gets it, and which a copy, is all that changes: what is not handed out is released, and claims are set to 0.'
  },
  {
    file: 'src/gradient/backward.ts',
    line: 'if (cotangent.claims > 1) cotangent.claims--',
    from: 'cotangent.claims > 1',
    to: 'cotangent.claims >= 1',
    reason:
      'which of the variables that share a cotangent gets it, and which a copy, is all that changes: what is not handed out is released, and claims are set to 0.'
  },
  {
    file: 'src/gradient/backward.ts',
    line: 'if (cotangent.claims > 1) cotangent.claims--',
    from: 'cotangent.claims > 1',
    to: 'cotangent.claims <= 1',
    reason:
      'which of the variables that share a cotangent gets it, and which a copy, is all that changes: what is not handed out is released, and claims are set to 0.'
  },
  {
    file: 'src/gradient/backward.ts',
    line: 'if (cotangent.claims > 1) cotangent.claims--',
    from: 'cotangent.claims--',
    to: 'cotangent.claims++',
    reason:
      'which of the variables that share a cotangent gets it, and which a copy, is all that changes: what is not handed out is released, and claims are set to 0.'
  },
  {
    file: 'src/gradient/fold.ts',
    line: 'const pending = new Array<T | undefined>(loss.index + 1)',
    from: 'new Array<T | undefined>(loss.index + 1)',
    to: 'new Array()',
    reason: 'the array grows as it is filled.'
  },
  {
    file: 'src/gradient/fold.ts',
    line: 'if (inputCount(entry) > 0 && isDifferentiable(entry.primitive)) {',
    from: 'inputCount(entry) > 0',
    to: 'true',
    reason: 'what has no inputs has no derivative either: leaves, and what makes numbers.'
  },
  {
    file: 'src/gradient/fold.ts',
    line: 'if (inputCount(entry) > 0 && isDifferentiable(entry.primitive)) {',
    from: 'inputCount(entry) > 0',
    to: 'inputCount(entry) >= 0',
    reason: 'what has no inputs has no derivative either: leaves, and what makes numbers.'
  },
  {
    file: 'src/gradient/fold.ts',
    line: 'const cotangents = new Array<T | undefined>(count)',
    from: 'new Array<T | undefined>(count)',
    to: 'new Array()',
    reason: 'the array grows as it is filled.'
  },
  {
    file: 'src/gradient/fold.ts',
    line: 'for (let i = 0; i < count; i++) {',
    from: 'i < count',
    to: 'i <= count',
    reason: 'one place more, which holds no cotangent and is passed over.'
  },
  {
    file: 'src/gradient/fold.ts',
    line: 'if (cotangent === undefined) continue',
    from: 'cotangent === undefined',
    to: 'false',
    reason: 'an input that is not wanted has nothing pending: it is set to undefined, which it is.'
  },
  {
    file: 'src/gradient/jacobian.ts',
    line: "if (isNone(row)) return noPath('jacobian', 'y does not depend on x')",
    from: 'isNone(row)',
    to: 'false',
    reason: 'looked at before the first row; the check is for the type.'
  },
  {
    file: 'src/model/parameters.ts',
    line: "if (typeof item === 'object') collect(item, key === transparent ? path : joinPath(path, key), found)",
    from: "typeof item === 'object'",
    to: 'true',
    reason: 'a short way: collect returns at once from what is no object.'
  },
  {
    file: 'src/optimizer/update.ts',
    line: 'const slots = next.slots.map((slot) => (slot.owner === own.allocations ? slot : own.reshape(slot, slot.shape)))',
    from: 'slot.owner === own.allocations',
    to: 'false',
    reason: 'one copy more than needed, of which the original is released.'
  },
  {
    file: 'src/optimizer/adam.ts',
    line: 'const means = mean === undefined || square === undefined ? undefined : ([mean, square] as const)',
    from: 'mean === undefined || square === undefined',
    to: 'mean === undefined && square === undefined',
    reason: 'there are both means or neither: update refuses a state with one. The other half is for the type.'
  },
  {
    file: 'src/optimizer/adam.ts',
    line: 'const means = mean === undefined || square === undefined ? undefined : ([mean, square] as const)',
    from: 'mean === undefined',
    to: 'false',
    reason: 'there are both means or neither: update refuses a state with one. The other half is for the type.'
  },
  {
    file: 'src/optimizer/adam.ts',
    line: 'const means = mean === undefined || square === undefined ? undefined : ([mean, square] as const)',
    from: 'square === undefined',
    to: 'false',
    reason: 'there are both means or neither: update refuses a state with one. The other half is for the type.'
  },
  {
    file: 'src/gradient/backward.ts',
    line: 'begin(): void {',
    from: '{ this.mark = this.kernels.allocations.mark() }',
    to: '{}',
    reason: 'a longer way: what is below the mark is claimed, for what was not went with the entry before.'
  },
  {
    file: 'src/gradient/firstNonFinite.ts',
    line: "if (stranger !== undefined) return left(foreign('firstNonFinite', [], stranger))",
    from: '[]',
    to: '["Stryker was here"]',
    reason: 'the text has the inputs where there are several; of one it has the variable itself.'
  },
  {
    file: 'src/gradient/firstNonFinite.ts',
    line: 'const completed = (entry: Variable): number => users.get(entry)?.[0]?.index ?? Infinity',
    from: 'users.get(entry)?.[0]?.index',
    to: 'users.get(entry)?.[0].index',
    reason: 'a list of users has at least one; the question mark is for the type.'
  },
  {
    file: 'src/gradient/recording.ts',
    line: 'this.on(softmaxCrossEntropyPrimitive, [scores, labels], { mean: false })',
    from: '{ mean: false }',
    to: '{}',
    reason: 'the primitive reads what is not there as false.'
  }
]

const isSame = (one: Survivor, other: Survivor): boolean =>
  one.file === other.file && one.line === other.line && one.from === other.from && one.to === other.to

/** The reason why a survivor is equivalent, if there is one. */
export const reasonOf = (survivor: Survivor): string | undefined =>
  equivalents.find((equivalent) => isSame(equivalent, survivor))?.reason
