/** Curves in panels below one another, as ECharts wants them. */
import type { EChartsOption } from 'echarts'
import { type Axis, axisOf, hasPlace } from './axis'
import { type Curve, isDrawn, missingText, type Panel } from './curve'
import { compact, shortened, SIZE, TITLE_SIZE, widthOf } from './labels'
import type { Picture } from './picture'
import { thinned } from './thinned'

export const WIDTH = 800
/** The title and the name of the first panel's y axis; a line between them. */
const HEAD = 72
const HEAD_LINE = 20
const FOOT = 56
/** Between a panel's axis and the next panel: ticks, the axis' name, the name of the axis below. */
const BETWEEN = 80
const LEGEND_LINE = 22
const LEFT = 96
const MOST_LEGEND = 240
/** Of a legend, beside its text: the sample of the line, and the way to the edge. */
const LEGEND_SIGN = 64
/** Beyond so many points a sign for each is a blur. */
const MOST_SIGNS = 60

/** One grid, two axes, one legend for each panel. */
export const pictureOf = (title: string, panels: ReadonlyArray<Panel>): Picture => {
  const shown = new Map(
    panels.flatMap(({ curves }, i) => curves.map(({ name }, k) => [keyOf(i, k), shortened(name, MOST_LEGEND)]))
  )
  const right = LEGEND_SIGN + [...shown.values()].reduce((most, name) => Math.max(most, widthOf(name)), 0)
  const least = panels.length === 1 ? 312 : 220
  const heights = panels.map(({ curves }) => Math.max(least, curves.length * LEGEND_LINE))
  const subtext = missingText(panels)
  const head = subtext === '' ? HEAD : HEAD + HEAD_LINE
  const tops = heights.map((_, i) => head + heights.slice(0, i).reduce((sum, height) => sum + height + BETWEEN, 0))
  const height = tops.at(-1)! + heights.at(-1)! + FOOT
  const xs = panels.map(({ curves }) => axisOf(curves.flatMap(({ points }) => points.map(([x]) => x))))
  const ys = panels.map(({ curves, logarithmic }) =>
    logarithmic ? logarithms : axisOf(curves.flatMap(({ points }) => points.map(([, y]) => y)))
  )
  const option: EChartsOption = {
    title: titled(title, subtext),
    legend: panels.map(({ curves }, i) => ({
      data: curves.map((_, k) => keyOf(i, k)),
      orient: 'vertical',
      align: 'left',
      left: WIDTH - right + 16,
      top: tops[i]! - 4,
      itemGap: LEGEND_LINE - 14,
      formatter: (key: string) => shown.get(key) ?? '',
      textStyle: { fontSize: SIZE }
    })),
    grid: panels.map((_, i) => ({ left: LEFT, right, top: tops[i]!, height: heights[i]!, outerBoundsMode: 'none' })),
    xAxis: panels.map(({ xName, curves }, gridIndex) => ({
      gridIndex,
      type: 'value',
      name: shortened(xName, WIDTH - LEFT - right),
      nameLocation: 'middle',
      nameGap: 30,
      ...extentOf(curves, xs[gridIndex]!),
      axisLabel: { formatter: xs[gridIndex]!.label, hideOverlap: true },
      // The axes stay at the edges, whatever is 0 in between.
      axisLine: { onZero: false }
    })),
    yAxis: panels.map(({ yName, logarithmic }, gridIndex) => ({
      gridIndex,
      type: logarithmic ? 'log' : 'value',
      name: shortened(yName, WIDTH - 24),
      nameLocation: 'end',
      nameTextStyle: { align: 'left', padding: [0, 0, 0, 12 - LEFT] },
      scale: true,
      axisLine: { onZero: false },
      axisLabel: { formatter: ys[gridIndex]!.label, hideOverlap: true }
    })),
    series: panels.flatMap(({ curves, logarithmic }, i) =>
      curves.map(({ points }, k) => ({
        type: 'line' as const,
        name: keyOf(i, k),
        xAxisIndex: i,
        yAxisIndex: i,
        data: dataOf(thinned(points, logarithmic), logarithmic, xs[i]!, ys[i]!),
        symbolSize: 5,
        showSymbol: true
      }))
    )
  }
  return { width: WIDTH, height, option }
}

/** What ECharts calls a curve. Not its name: an empty one would be the end of a column of the legend. */
const keyOf = (panel: number, curve: number): string => `${panel}.${curve}`

/** In the middle of the top. */
export const titled = (text: string, subtext: string): NonNullable<EChartsOption['title']> => ({
  text: shortened(text, WIDTH - 24, TITLE_SIZE),
  subtext,
  left: 'center',
  top: 8,
  itemGap: 4,
  textStyle: { fontSize: TITLE_SIZE, fontWeight: 'normal' },
  subtextStyle: { fontSize: SIZE }
})

/** ECharts takes their logarithms, which are neither tiny nor huge. */
const logarithms: Axis = { place: (value) => value, label: compact, least: 0, most: 0 }

/** From the first point to the last; whole steps where all points are at whole numbers. */
const extentOf = (curves: ReadonlyArray<Curve>, { least, most, place }: Axis): object => {
  const isWhole = (x: number): boolean => Number.isInteger(x) && place(x) === x
  const whole = curves.every(({ points }) => points.every(([x]) => isWhole(x) || !hasPlace(x)))
  return { ...(whole && { minInterval: 1 }), ...(least < most ? { min: least, max: most } : { scale: true }) }
}

interface Item {
  readonly value: (number | null)[]
  readonly symbol: string
}

/** A point that cannot be drawn is a gap; one between two gaps is seen by its sign alone. */
const dataOf = (points: Curve['points'], logarithmic: boolean, x: Axis, y: Axis): Item[] => {
  const drawn = points.map((point) => isDrawn(point, logarithmic))
  const few = points.length <= MOST_SIGNS
  return points.map((point, i) => ({
    value: [hasPlace(point[0]) ? x.place(point[0]) : null, drawn[i] ? y.place(point[1]) : null],
    symbol: drawn[i] && (few || !(drawn[i - 1] || drawn[i + 1])) ? 'circle' : 'none'
  }))
}
