/** Text in pictures. */

/** Of letters in pixels; titles have larger ones. */
export const SIZE = 12
export const TITLE_SIZE = 18

/** Scripts whose letters are as wide as they are high. */
const SQUARE = /[\u{1100}-\u{11ff}\u{2e80}-\u{10ffff}]/u
const WIDE = /[mwMW@%…—]/
const CAPITAL = /[\p{Lu}#&+<=>~|^]/u

/** The width of a text in DejaVu Sans, rather too much than too little: without a canvas, nothing measures it. */
export const widthOf = (text: string, size: number = SIZE): number => {
  let ems = 0
  for (const letter of text) ems += SQUARE.test(letter) || WIDE.test(letter) ? 1.02 : CAPITAL.test(letter) ? 0.84 : 0.64
  return ems * size
}

/** What no XML can hold. */
const FORBIDDEN = /[\p{Cc}\p{Cs}\u{fffe}\u{ffff}]/gu

/**
 * One line. ECharts keeps the widths of texts in a plain object: one that is called as a property of every object is
 * ("constructor") would be written into Object.prototype, so it gets a space.
 */
const harmless = (text: string): string => {
  const line = text.replace(/\s+/g, ' ').replace(FORBIDDEN, '\u{fffd}')
  return line in {} ? `${line} ` : line
}

/** The text on a line, or as much of its beginning as this width has room for. */
export const shortened = (given: string, most: number, size: number = SIZE): string => {
  const text = harmless(given)
  if (widthOf(text, size) <= most) return text
  let kept = ''
  for (const letter of text) {
    if (widthOf(`${kept}${letter}…`, size) > most) break
    kept += letter
  }
  return `${kept}…`
}

/** A number beside an axis: 0.25, 1,000,000, 1e-7. */
export const compact = (value: number): string => {
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-4 || size >= 1e7))
    return value
      .toExponential(2)
      .replace(/\.?0+e/, 'e')
      .replace('e+', 'e')
  return Number(value.toPrecision(8)).toLocaleString('en', { maximumFractionDigits: 8 })
}
