/** A program as TypeScript that runs by itself and shows what was wrong. */
import { tensorText } from '../generators/tensorText'
import { argumentsOf } from './calls'
import { leafName, type Program } from './program'

/** What the printed check is called with. */
export interface TextSettings {
  readonly seed: number
  readonly order: number
}

/** The function that records the program, and what it needs from gradfold. */
interface Recorder {
  readonly imports: ReadonlyArray<string>
  readonly lines: ReadonlyArray<string>
}

/** undefined where a step has no public function: derivatives record such. */
const recorderOf = ({ leaves, steps, output }: Program): Recorder | undefined => {
  const parameters = ['tape', ...leaves.map((_, place) => leafName(place))].join(', ')
  const names = [...leaves.map((_, place) => leafName(place)), ...steps.map((_, place) => `node${place + 1}`)]
  const calls = steps.flatMap(({ primitive, attributes, inputs }) => {
    const inputNames = inputs.map((node) => names[node]!)
    const told = argumentsOf(primitive.name, inputNames, attributes)
    return told === undefined ? [] : [{ operation: primitive.name, told: told.join(', ') }]
  })
  if (calls.length < steps.length) return undefined
  const operations = [...new Set(calls.map(({ operation }) => operation))]
  const [only] = calls
  if (only !== undefined && calls.length === 1) {
    return { imports: operations, lines: [`(${parameters}) => ${only.operation}(tape, ${only.told})`] }
  }
  return {
    imports: [...operations, 'trace'].sort(),
    lines: [
      `(${parameters}) =>`,
      '  trace(tape, function* (run) {',
      ...calls.map(({ operation, told }, i) => `    const node${i + 1} = yield* run(${operation}, ${told})`),
      `    return ${names[output]}`,
      '  })'
    ]
  }
}

/** A function and its inputs, for people. */
export const recorderText = (program: Program): string | undefined => {
  const recorder = recorderOf(program)
  return recorder && `\n${recorder.lines.join('\n')}\non ${program.leaves.map(tensorText).join(', ')}\n`
}

/** undefined where a step has no public function: derivatives record such. */
export const programText = (program: Program, { seed, order }: TextSettings): string | undefined => {
  const recorder = recorderOf(program)
  if (recorder === undefined) return undefined
  const { imports, lines } = recorder
  return [
    `import { ${imports.join(', ')} } from 'gradfold'`,
    "import { checkGradients } from 'gradfold/testing'",
    '',
    'checkGradients(',
    ...lines.map((line, i) => `  ${line}${i === lines.length - 1 ? ',' : ''}`),
    `  { ${order === 1 ? '' : `orders: [${order}], `}seed: ${seed} }`,
    ')(',
    program.leaves.map((leaf) => `  ${tensorText(leaf)}`).join(',\n'),
    ')'
  ].join('\n')
}
