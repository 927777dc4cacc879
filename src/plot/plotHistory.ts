import type { Result } from '../error/result'
import type { EpochRecord } from '../training/history'
import type { Curve, Panel } from './curve'
import { pictureOf } from './panels'
import { writePicture } from './picture'

/** Settings of plotHistory. */
export interface HistorySettings {
  /** "Training" by default. */
  readonly title?: string
  /** Whether losses are drawn on a logarithmic axis; false by default. */
  readonly logarithmic?: boolean
}

/**
 * Draws what `fit` gives as its history: losses by epoch in a first panel (the training's own and every measure with
 * "loss" in its name), measures from 0 to 1 in a second, and each other measure in a panel of its own. Files and errors
 * are those of `plotCurves`.
 * @example
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { isRight } from 'fp-ts/Either'
 * import { plotHistory } from 'gradfold/plot'
 * const history = [
 *   { epoch: 1, loss: 0.9, measures: { 'test loss': 1, 'test accuracy': 0.6 }, seconds: 2 },
 *   { epoch: 2, loss: 0.4, measures: { 'test loss': 0.7, 'test accuracy': 0.8 }, seconds: 2 }
 * ]
 * console.log(isRight(await plotHistory(join(tmpdir(), 'history.svg'), history))) // => true
 */
export const plotHistory = (
  file: string,
  history: ReadonlyArray<EpochRecord>,
  { title = 'Training', logarithmic = false }: HistorySettings = {}
): Promise<Result<string>> => writePicture('plotHistory', file, pictureOf(title, panelsOf(history, logarithmic)))

const panelsOf = (history: ReadonlyArray<EpochRecord>, logarithmic: boolean): ReadonlyArray<Panel> => {
  const names = [...new Set(history.flatMap(({ measures }) => Object.keys(measures)))]
  const measured = names.map((name): Curve => {
    // An epoch that measured nothing of this name is no gap.
    const epochs = history.filter(({ measures }) => measures[name] !== undefined)
    return { name, points: epochs.map(({ epoch, measures }) => [epoch, measures[name]!]) }
  })
  const own = names.includes('training loss') ? 'loss of training' : 'training loss'
  const losses = [
    { name: own, points: history.map(({ epoch, loss }): Curve['points'][number] => [epoch, loss]) },
    ...measured.filter(isLoss)
  ]
  const others = measured.filter((curve) => !isLoss(curve))
  const parts = others.filter(isPart)
  return [
    { xName: 'epoch', yName: 'loss', curves: losses, logarithmic },
    ...(parts.length === 0 ? [] : [panel(parts.length === 1 ? parts[0]!.name : 'measures', parts)]),
    ...others.filter((curve) => !isPart(curve)).map((curve) => panel(curve.name, [curve]))
  ]
}

const panel = (yName: string, curves: ReadonlyArray<Curve>): Panel => ({
  xName: 'epoch',
  yName,
  curves,
  logarithmic: false
})

const isLoss = ({ name }: Curve): boolean => /loss/i.test(name)

/** Accuracies, precisions and their like. */
const isPart = ({ points }: Curve): boolean => points.every(([, y]) => !Number.isFinite(y) || (y >= 0 && y <= 1))
