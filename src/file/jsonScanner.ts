/**
 * A strict reader of JSON whose structure is known beforehand. JSON.parse is not for headers out of unknown hands: of
 * two fields of one name it drops the first without a word, `__proto__` is a field like no other, and it builds whatever
 * there is. Here nothing is built but what was asked for, and nothing recurses, so no depth overflows the stack.
 */
import { quoted } from './complaint'

/** Readers that advance over a text; false or undefined where something else is there. */
export interface JsonScanner {
  /** An object: `field` reads the value of each. */
  readonly object: (field: (name: string) => boolean) => boolean
  readonly array: (item: () => boolean) => boolean
  readonly string: () => string | undefined
  /** A whole number from 0 to 2^53 - 1, without fraction and exponent. */
  readonly whole: () => number | undefined
  /** Whether nothing but spaces is left. */
  readonly end: () => boolean
  /** False, with what was wrong here; of several, the first stays. */
  readonly fail: (what: string) => false
  /** What was wrong. */
  readonly complaint: () => string
}

export const jsonScanner = (text: string): JsonScanner => {
  let at = 0
  let found = ''

  const fail = (what: string): false => {
    if (found === '') found = what
    return false
  }
  const expected = (what: string): false =>
    fail(`its header has ${at < text.length ? quoted(text.slice(at, at + 10)) : 'its end'} at ${at}, not ${what}`)

  const next = (): string | undefined => {
    while (isSpace(text.charCodeAt(at))) at++
    return text[at]
  }
  const take = (character: string): boolean => {
    if (next() !== character) return false
    at++
    return true
  }

  const string = (): string | undefined => {
    if (next() !== '"') return void expected('a name in quotes')
    let end = at + 1
    while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1
    const value = parsedString(text.slice(at, end + 1))
    if (value === undefined) return void expected('a name as JSON writes it')
    at = end + 1
    return value
  }

  const whole = (): number | undefined => {
    next()
    let end = at
    while (isDigit(text.charCodeAt(end))) end++
    const value = Number(text.slice(at, end))
    const isWhole = end > at && !(end > at + 1 && text[at] === '0') && !/[.eE]/.test(text[end] ?? '')
    if (!isWhole || !Number.isSafeInteger(value)) return void expected('a whole number from 0 up')
    at = end
    return value
  }

  /** Items with commas between them, up to `close`. */
  const items = (close: string, item: () => boolean): boolean => {
    if (take(close)) return true
    do if (!item()) return false
    while (take(','))
    return take(close) || expected(`"," or "${close}"`)
  }

  const object = (field: (name: string) => boolean): boolean => {
    if (!take('{')) return expected('"{"')
    const names = new Set<string>()
    return items('}', () => {
      const name = string()
      if (name === undefined) return false
      if (names.has(name)) return fail(`its header has the name ${quoted(name)} twice`)
      names.add(name)
      return take(':') ? field(name) : expected('":"')
    })
  }

  const array = (item: () => boolean): boolean => (take('[') ? items(']', item) : expected('"["'))
  const end = (): boolean => next() === undefined || expected('nothing more')
  return { object, array, string, whole, end, fail, complaint: () => found }
}

/** Space, tab, line feed, carriage return. */
const isSpace = (code: number): boolean => code === 32 || code === 9 || code === 10 || code === 13
const isDigit = (code: number): boolean => code >= 48 && code <= 57

/** What a string in quotes says. Half of a surrogate pair is no text: it could not be written again. */
const parsedString = (json: string): string | undefined => {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'string' && isText(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Whether UTF-8 can write it. */
export const isText = (value: string): boolean => !/\p{Surrogate}/u.test(value)
