/** Curves as an SVG file, by Apache ECharts. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { init } from 'echarts'

export interface Curve {
  readonly name: string
  readonly points: ReadonlyArray<readonly [number, number]>
}

/** Writes the curves beside the file, then renames: a reader sees the old file or the new one, never a part. */
export const plotCurves = (
  file: string,
  title: string,
  xName: string,
  yName: string,
  curves: ReadonlyArray<Curve>
): void => {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: 720, height: 440 })
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    title: { text: title, left: 'center' },
    legend: { bottom: 8, itemGap: 32 },
    grid: { left: 64, right: 32, top: 56, bottom: 80 },
    xAxis: { type: 'value', name: xName, nameLocation: 'middle', nameGap: 28, minInterval: 1, min: 1 },
    yAxis: { type: 'value', name: yName, nameLocation: 'middle', nameGap: 44 },
    series: curves.map(({ name, points }) => ({ type: 'line', name, data: points, symbolSize: 5 }))
  })
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(`${file}.part`, chart.renderToSVGString())
  renameSync(`${file}.part`, file)
  chart.dispose()
}
