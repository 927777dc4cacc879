/** The public interface of gradfold/plot: curves, histories and bars as SVG or PNG files, drawn by Apache ECharts and resvg. */
export type { Curve } from './curve'
export { type BarsSettings, plotBars } from './plotBars'
export { type CurvesSettings, plotCurves } from './plotCurves'
export { type HistorySettings, plotHistory } from './plotHistory'
