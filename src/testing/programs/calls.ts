/** How each operation is called in TypeScript: what `show` is for people, this is for a program that runs. */

type Attributes = Readonly<Record<string, unknown>>

/** The arguments behind the tape, as text; inputs are names. */
type Arguments = (inputs: ReadonlyArray<string>, attributes: Attributes) => ReadonlyArray<string>

const literal = (value: unknown): string =>
  Array.isArray(value)
    ? `[${value.map(literal).join(', ')}]`
    : typeof value === 'string'
      ? `'${value}'`
      : numeral(value)

const numeral = (value: unknown): string => (Object.is(value, -0) ? '-0' : String(value))

/** `{ axis: [0], keepDims: true }` of those that are not as they are by default; none if all are. */
const settings = (
  ...fields: ReadonlyArray<readonly [name: string, value: unknown, byDefault: unknown]>
): ReadonlyArray<string> => {
  const told = fields.filter(([, value, byDefault]) => literal(value) !== literal(byDefault))
  return told.length === 0 ? [] : [`{ ${told.map(([name, value]) => `${name}: ${literal(value)}`).join(', ')} }`]
}

const inputsAlone: Arguments = (inputs) => inputs
const reduction: Arguments = ([x], { axes, keepDims }) => [
  x!,
  ...settings(['axis', axes, undefined], ['keepDims', keepDims, false])
]
const alike = (...names: ReadonlyArray<string>): ReadonlyArray<readonly [string, Arguments]> =>
  names.map((name) => [name, inputsAlone])

const table: ReadonlyMap<string, Arguments> = new Map<string, Arguments>([
  ...alike(
    'abs',
    'erf',
    'exp',
    'expm1',
    'log',
    'neg',
    'relu',
    'sigmoid',
    'softplus',
    'sign',
    'sqrt',
    'square',
    'tanh',
    'softmax',
    'logSoftmax',
    'detach'
  ),
  ...alike('add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'select'),
  ...alike('equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual'),
  ['sum', reduction],
  ['mean', reduction],
  ['max', reduction],
  ['cast', ([x], { dtype }) => [x!, literal(dtype)]],
  ['reshape', ([x], { shape }) => [x!, literal(shape)]],
  ['broadcast', ([x], { shape }) => [x!, literal(shape)]],
  ['transpose', ([x], { permutation }) => [x!, `{ permutation: ${literal(permutation)} }`]],
  ['slice', ([x], { begin, size }) => [x!, literal(begin), literal(size)]],
  ['pad', ([x], { before, after }) => [x!, literal(before), literal(after)]],
  ['concat', (inputs, { axis }) => [`[${inputs.join(', ')}]`, ...settings(['axis', axis, 0])]],
  ['gather', ([x, indices], { axis }) => [x!, indices!, ...settings(['axis', axis, 0])]],
  ['scatterAdd', ([x, indices], { axis, size }) => [x!, indices!, literal(size), ...settings(['axis', axis, 0])]],
  ['oneHot', ([indices], { depth }) => [indices!, literal(depth)]],
  [
    'matmul',
    ([x, y], { transposeX, transposeY }) => [
      x!,
      y!,
      ...settings(['transposeX', transposeX, false], ['transposeY', transposeY, false])
    ]
  ],
  [
    'softmaxCrossEntropy',
    ([scores, labels], { mean }) => [
      scores!,
      labels!,
      ...settings(['reduction', mean === true ? 'mean' : 'none', 'mean'])
    ]
  ]
])

const isRecord = (attributes: unknown): attributes is Attributes =>
  typeof attributes === 'object' && attributes !== null

/** The arguments of a call, the tape left out; undefined for what only derivatives record. */
export const argumentsOf = (
  operation: string,
  inputs: ReadonlyArray<string>,
  attributes: unknown
): ReadonlyArray<string> | undefined => table.get(operation)?.(inputs, isRecord(attributes) ? attributes : {})
