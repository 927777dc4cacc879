/** What firstNonFinite has to say: what happened, the likely cause, the way out. */
import { shapeText } from '../error/tensorError'
import type { Variable } from '../tape/variable'
import type { NonFinite } from './firstNonFinite'

type Facts = Omit<NonFinite, 'message'>
type Texts = ReadonlyMap<string, string>

/** Why an entry of this kind is not finite though its inputs are. */
const forwardCauses: Texts = new Map([
  [
    'parameter',
    'It was made or updated to it: the gradients of the update before were not finite, or the learning rate is too ' +
      'large. Call firstNonFinite with those gradients, or lower the learning rate.'
  ],
  ['constant', 'It is in the data: look for missing numbers and for divisions by 0 where they are prepared.'],
  ['detached', 'It was computed in a scope that has ended: call firstNonFinite inside of it.'],
  ['fill', 'That number was given.'],
  [
    'log',
    'The log of 0 is -Infinity, of a negative number NaN: add a small number first, or take logSoftmax or ' +
      'softmaxCrossEntropy in place of a log of softmax.'
  ],
  ['sqrt', 'The root of a negative number is NaN, and rounding can take a difference below 0: take relu of it first.'],
  [
    'div',
    '0 / 0 is NaN, all else / 0 infinite, and so is a quotient by a tiny number: add a small one to the divisor.'
  ],
  ['mean', 'The mean of nothing is NaN: leave empty batches out. That of huge numbers can overflow.'],
  ['exp', 'Beyond 88.7 exp overflows float32: subtract the largest number first, as softmax and logSoftmax do.'],
  ['expm1', 'Beyond 88.7 expm1 overflows float32: where only negative numbers count, take their minimum with 0 first.']
])

const overflow =
  'It overflowed: float32 ends at 3.4e38. Bring what goes in to a moderate size; weights that grow so far come from too ' +
  'large a learning rate.'

/** Why the derivative of such an operation is not finite though all numbers of the forward pass are. */
const backwardCauses: Texts = new Map([
  ['sqrt', 'The slope of sqrt is infinite at 0: add a small number under the root.'],
  ['log', 'The slope of log, 1 / x, overflows near 0: add a small number first.'],
  ['div', 'The slopes of x / y are 1 / y and -x / y^2, which overflow where y is near 0: add a small number to y.']
])

const backwardOverflow = 'It overflowed: float32 ends at 3.4e38. Take a mean in place of a sum, or scale the loss down.'

/** Operations whose result at a place depends on the operands there alone. */
export const elementwise: ReadonlySet<string> = new Set(
  'add sub mul div exp log sqrt square neg abs relu sigmoid tanh expm1 softplus erf maximum minimum'.split(' ')
)

export const forwardText = (facts: Facts, operands: ReadonlyArray<number | undefined>): string => {
  const { operation, origin, shape, value } = facts
  const shown = operands.length > 0 && operands.every((operand) => operand !== undefined)
  const what = `${capital(name(facts))}, ${shapeText(shape)}, holds ${value}${place(facts)}`
  const how = shown ? `, the ${operation} of ${operands.join(' and ')}` : ''
  const cause = forwardCauses.get(operation) ?? overflow
  return `${what}${how}. ${origin === 'unknown' ? `${released} Else: ` : ''}${cause}`
}

const released =
  'Some of what it was computed from was released, and may not have been finite: release it after firstNonFinite.'

export const backwardText = (
  facts: Facts,
  users: ReadonlyArray<Variable>,
  at: number | undefined,
  entries: ReadonlyArray<Variable>
): string => {
  const { origin, value } = facts
  const where = at === undefined ? '' : `, where the entry holds ${at}`
  const what = `The gradient of ${name(facts)} is ${value}${place(facts)}${where}. The numbers of the forward pass are finite.`
  if (origin === 'given') return `${what} The upstream gradient, from which backward began, was not finite.`
  if (origin === 'made') {
    const known = users.map(({ primitive }) => backwardCauses.get(primitive.name)).find((text) => text !== undefined)
    return `${what} The derivative of ${listed(users)} made it. ${known ?? backwardOverflow}`
  }
  const suspects = entries.filter(({ index, primitive }) => index > facts.index && backwardCauses.has(primitive.name))
  const likely = suspects.length === 0 ? '' : ` Likely: ${listed(suspects)}.`
  const cause = backwardCauses.get(suspects[0]?.primitive.name ?? '') ?? backwardOverflow
  return (
    `${what} A derivative between it and the loss made it; to see which, hand backward the values between as ` +
    `{ keep }.${likely} ${cause}`
  )
}

/** More than that nobody reads. */
const MOST_LISTED = 3

const listed = (entries: ReadonlyArray<Variable>): string =>
  entries
    .slice(0, MOST_LISTED)
    .map(({ index, primitive, path }) => name({ index, operation: primitive.name, path }))
    .join(' or ') + (entries.length > MOST_LISTED ? ' or others' : '')

const name = ({ index, operation, path }: Pick<Facts, 'index' | 'operation' | 'path'>): string => {
  const isNamed = operation === 'parameter' || operation === 'constant'
  return `entry ${index} (${operation}${path === '' ? '' : `${isNamed ? ' ' : ' at '}${path}`})`
}

const place = ({ position }: Facts): string => (position.length === 0 ? '' : ` at ${shapeText(position)}`)

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
