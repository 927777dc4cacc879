/** From a description of a chart to a file. */
import { mkdirSync } from 'node:fs'
import { dirname, extname } from 'node:path'
import type { EChartsOption } from 'echarts'
import { isLeft, left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { invalidArgument } from '../error/tensorError'
import { replaceFile } from '../file/replaceFile'
import { withFiles } from '../file/systemError'
import { loadCharts, loadPngPackages } from './packages'

export interface Picture {
  readonly width: number
  readonly height: number
  readonly option: EChartsOption
}

/** Pixels of a PNG for each unit of the picture: sharp on today's screens. */
const ZOOM = 2
const FONT = 'DejaVu Sans'
/** DejaVu has the scripts before these: Latin, Greek, Cyrillic, Arabic, mathematics. */
const BEYOND_DEJAVU = /[\u{2e80}-\u{10ffff}]/u

/** InvalidArgument unless the name ends in what can be written. */
export const checkFile = (operation: string, file: string): Result<'.svg' | '.png'> => {
  const extension = extname(file).toLowerCase()
  if (extension === '.svg' || extension === '.png') return right(extension)
  const text = `${operation} writes files that end in .svg or .png, not ${JSON.stringify(file)}: the ending says which it is to be.`
  return left(invalidArgument(operation, 'file', file, text))
}

/** Draws and writes: beside the file, then renamed, so that a reader finds the old picture or the new one, never a part. */
export const writePicture = async (operation: string, file: string, picture: Picture): Promise<Result<string>> => {
  const extension = checkFile(operation, file)
  if (isLeft(extension)) return extension
  const svg = await svgOf(operation, file, picture)
  if (isLeft(svg)) return svg
  if (extension.right === '.svg') return write(operation, file, Buffer.from(svg.right))
  const png = await pngOf(operation, file, svg.right)
  return isLeft(png) ? png : write(operation, file, png.right)
}

const svgOf = async (operation: string, file: string, picture: Picture): Promise<Result<string>> => {
  const echarts = await loadCharts(operation, file)
  if (isLeft(echarts)) return echarts
  const { width, height, option } = picture
  const chart = echarts.right.init(null, null, { renderer: 'svg', ssr: true, width, height })
  try {
    // Verdana is as wide as DejaVu Sans, and is where a browser that shows an SVG may not have the latter.
    const textStyle = { fontFamily: `${FONT}, Verdana, sans-serif` }
    chart.setOption({ animation: false, backgroundColor: '#ffffff', textStyle, ...option })
    return right(renumbered(chart.renderToSVGString()))
  } finally {
    chart.dispose()
  }
}

/** ECharts numbers identifiers on from picture to picture: the same picture should be the same file. */
const renumbered = (svg: string): string => {
  const numbers = new Map<string, string>()
  return svg.replace(/(class="|id="|url\(#|\n\.)(zr\d+-[\w-]+)/g, (_all, before: string, id: string) => {
    const next = numbers.get(id) ?? `z${numbers.size}`
    numbers.set(id, next)
    return before + next
  })
}

const pngOf = async (operation: string, file: string, svg: string): Promise<Result<Uint8Array>> => {
  const packages = await loadPngPackages(operation, file)
  if (isLeft(packages)) return packages
  const { renderAsync, fontFile } = packages.right
  const image = await renderAsync(svg, {
    font: { fontFiles: [fontFile], defaultFontFamily: FONT, loadSystemFonts: BEYOND_DEJAVU.test(svg) },
    fitTo: { mode: 'zoom', value: ZOOM }
  })
  return right(image.asPng())
}

const write = (operation: string, file: string, content: Uint8Array): Result<string> => {
  const folder = withFiles(operation, file, 'write', () => right(mkdirSync(dirname(file), { recursive: true })))
  if (isLeft(folder)) return folder
  const written = replaceFile(operation, file, [content])
  return isLeft(written) ? written : right(file)
}
