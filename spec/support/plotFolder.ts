/** A folder for pictures, and what is in them. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Resvg } from '@resvg/resvg-js'
import { xmlFault } from './wellFormed'

/** Made before the specs of a file, and gone after them. */
export const plotFolder = (): { readonly path: (name: string) => string; readonly folder: string } => {
  const folder = mkdtempSync(join(tmpdir(), 'gradfold-plot-'))
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })
  return { folder, path: (name) => join(folder, name) }
}

const fontFile = createRequire(__filename).resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')

/** An SVG as text; fails if it is not well-formed, or if anything in it reaches beyond its edges. */
export const svgIn = (file: string): string => {
  const svg = readFileSync(file, 'utf8')
  expect(xmlFault(svg)).toBeUndefined()
  const drawing = new Resvg(svg, {
    font: { fontFiles: [fontFile], loadSystemFonts: false, defaultFontFamily: 'DejaVu Sans' }
  })
  const box = drawing.getBBox()
  expect(box).toBeDefined()
  expect([box!.x, box!.y, box!.width, box!.height]).toEqual([0, 0, drawing.width, drawing.height])
  return svg
}

/** All texts of a drawing, in its order. */
export const textsIn = (svg: string): ReadonlyArray<string> =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) =>
    text!
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'")
      .replaceAll('&amp;', '&')
  )

/** Width and height as a PNG's first chunk says them; fails if it is none. */
export const pngSize = (file: string): readonly [width: number, height: number] => {
  const bytes = readFileSync(file)
  expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n')
  expect(bytes.subarray(-8, -4).toString('latin1')).toBe('IEND')
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
}
