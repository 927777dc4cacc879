/** The packages that draw: optional, so that who plots nothing installs none of them. */
import { createRequire } from 'node:module'
import type { renderAsync } from '@resvg/resvg-js'
import type { EChartsOption } from 'echarts'
import { left, right } from 'fp-ts/Either'
import type { Result } from '../error/result'
import { fileError } from '../error/tensorError'

/** Of ECharts no more than this is used, and its types differ between `require` and `import`. */
interface Charts {
  readonly init: (
    element: null,
    theme: null,
    settings: { readonly renderer: 'svg'; readonly ssr: true; readonly width: number; readonly height: number }
  ) => Chart
}
interface Chart {
  readonly setOption: (option: EChartsOption) => void
  readonly renderToSVGString: () => string
  readonly dispose: () => void
}

/** What draws letters and lines, and the font of the letters. */
export interface PngPackages {
  readonly renderAsync: typeof renderAsync
  readonly fontFile: string
}

/** Apache ECharts. */
export const loadCharts = (operation: string, file: string): Promise<Result<Charts>> =>
  load(operation, file, 'echarts', () => import('echarts'))

/** resvg, and DejaVu Sans: a machine without a screen often has no font. */
export const loadPngPackages = (operation: string, file: string): Promise<Result<PngPackages>> =>
  load(operation, file, '@resvg/resvg-js dejavu-fonts-ttf', async () => ({
    renderAsync: (await import('@resvg/resvg-js')).renderAsync,
    fontFile: createRequire(__filename).resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')
  }))

const load = async <A>(
  operation: string,
  file: string,
  packages: string,
  body: () => Promise<A>
): Promise<Result<A>> => {
  try {
    return right(await body())
  } catch (thrown) {
    const [reason] = (thrown instanceof Error ? thrown.message : String(thrown)).split('\n')
    const text = `${operation} cannot draw ${file}, for a package that it needs cannot be loaded: ${reason}. Install it: npm install ${packages}`
    return left(fileError(operation, file, 'missing', text))
  }
}
