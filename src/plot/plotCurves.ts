import { isLeft, left } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { invalidArgument } from '../error/tensorError'
import type { Curve } from './curve'
import { pictureOf } from './panels'
import { checkFile, writePicture } from './picture'

/** What plotCurves draws. */
export interface CurvesSettings {
  readonly title: string
  readonly xName: string
  readonly yName: string
  readonly curves: ReadonlyArray<Curve>
  /** Whether the y axis is logarithmic; false by default. */
  readonly logarithmic?: boolean
}

/**
 * Draws curves into a file, SVG or PNG by its ending, and gives the file's name. Folders that are not there are made; the
 * file is written beside and renamed, so that a reader finds the old picture or the new one. Points that are not finite
 * (or not positive, on a logarithmic axis) are gaps, and the picture says how many.
 *
 * The packages that draw are optional: `npm install echarts`, and for PNG `npm install @resvg/resvg-js dejavu-fonts-ttf`.
 * InvalidArgument: another ending, two curves of one name. FileError: a package that is not there, a file that cannot be
 * written.
 * @example
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { isRight } from 'fp-ts/Either'
 * import { plotCurves } from 'gradfold/plot'
 * const plotted = await plotCurves(join(tmpdir(), 'squares.svg'), {
 *   title: 'Squares',
 *   xName: 'x',
 *   yName: 'y',
 *   curves: [{ name: 'x^2', points: [[0, 0], [1, 1], [2, 4]] }]
 * })
 * console.log(isRight(plotted)) // => true
 */
export const plotCurves = async (file: string, settings: CurvesSettings): Promise<Result<string>> => {
  const { title, xName, yName, curves, logarithmic = false } = settings
  const extension = checkFile('plotCurves', file)
  if (isLeft(extension)) return extension
  const names = curves.map(({ name }) => name)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) {
    const text = `plotCurves was given two curves called ${JSON.stringify(twice)}: the legend could not tell them apart. Give each a name of its own.`
    return left(invalidArgument('plotCurves', 'curves', twice, text))
  }
  return writePicture('plotCurves', file, pictureOf(title, [{ xName, yName, curves, logarithmic }]))
}
