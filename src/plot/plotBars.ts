import type { Result } from '../error/result'
import { axisOf, hasPlace } from './axis'
import { compact, shortened, SIZE, widthOf } from './labels'
import { titled, WIDTH } from './panels'
import { type Picture, writePicture } from './picture'

/** What plotBars draws. */
export interface BarsSettings {
  readonly title: string
  readonly xName: string
  readonly yName: string
  readonly bars: ReadonlyArray<{ readonly name: string; readonly value: number }>
}

/**
 * Draws a bar for each value, with the value above it: throughput by batch size, say. A value that is not finite has no
 * bar. Files and errors are those of `plotCurves`.
 * @example
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { isRight } from 'fp-ts/Either'
 * import { plotBars } from 'gradfold/plot'
 * const plotted = await plotBars(join(tmpdir(), 'throughput.svg'), {
 *   title: 'Throughput',
 *   xName: 'batch size',
 *   yName: 'examples a second',
 *   bars: [{ name: '1', value: 9000 }, { name: '32', value: 120000 }]
 * })
 * console.log(isRight(plotted)) // => true
 */
export const plotBars = (file: string, settings: BarsSettings): Promise<Result<string>> =>
  writePicture('plotBars', file, pictureOf(settings))

const LEFT = 96
/** Of a bar's name. */
const MOST_NAME = 240
const RIGHT = 32
/** What a line of letters takes when it is turned by 45 degrees. */
const TURNED = Math.SQRT1_2

/** To four digits. */
const brief = (value: number): string => compact(Number(value.toPrecision(4)))

const pictureOf = ({ title, xName, yName, bars }: BarsSettings): Picture => {
  const names = bars.map(({ name }) => shortened(name, MOST_NAME))
  const longest = names.reduce((most, name) => Math.max(most, widthOf(name)), 0)
  const room = (WIDTH - LEFT - RIGHT) / Math.max(1, bars.length)
  const turned = longest + 8 > room
  // A turned line of letters is as high as it is long, and as it is high itself.
  const below = turned ? (longest + 2 * SIZE) * TURNED : SIZE
  // The first name may reach further to the left than the axis' own.
  const left = turned ? Math.max(LEFT, longest * TURNED + 8 - room / 2) : LEFT
  const y = axisOf(bars.map(({ value }) => value))
  const missing = bars.filter(({ value }) => !hasPlace(value)).length
  const subtext =
    bars.length === 0 ? 'no bars' : missing === 0 ? '' : `${missing} of ${bars.length} bars left out: not finite`
  const head = subtext === '' ? 72 : 92
  return {
    width: WIDTH,
    height: Math.ceil(head + 312 + 56 + below),
    option: {
      title: titled(title, subtext),
      grid: { left, right: RIGHT, top: head, height: 312, outerBoundsMode: 'none' },
      xAxis: {
        type: 'category',
        data: names,
        name: shortened(xName, WIDTH - left - RIGHT),
        nameLocation: 'middle',
        nameGap: below + 18,
        // Where they are too many for all to be read, only some are there.
        axisLabel: { interval: Math.ceil((1.5 * SIZE) / room) - 1, rotate: turned ? 45 : 0 }
      },
      yAxis: {
        type: 'value',
        name: shortened(yName, WIDTH - 24),
        nameLocation: 'end',
        nameTextStyle: { align: 'left', padding: [0, 0, 0, 12 - left] },
        axisLabel: { formatter: y.label }
      },
      series: [
        {
          type: 'bar',
          barMaxWidth: 64,
          data: bars.map(({ value }) => (hasPlace(value) ? y.place(value) : null)),
          label: {
            show: bars.every(({ value }) => !hasPlace(value) || widthOf(brief(value)) < room),
            position: 'top',
            formatter: ({ dataIndex }) => brief(bars[dataIndex]!.value)
          }
        }
      ]
    }
  }
}
