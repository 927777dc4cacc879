import { plotHistory } from 'gradfold/plot'
import { plotFolder, pngSize, svgIn, textsIn } from '../support/plotFolder'
import { rightOf } from '../support/results'

const { path } = plotFolder()

const epochs = (count: number, measures: (epoch: number) => Readonly<Record<string, number>>) =>
  Array.from({ length: count }, (_, i) => ({ epoch: i + 1, loss: 2 / (i + 1), seconds: 1, measures: measures(i + 1) }))

const drawn = async (
  ...[history, settings]: Parameters<typeof plotHistory> extends [string, ...infer R] ? R : never
) => {
  rightOf(await plotHistory(path('history.svg'), history, settings))
  const texts = textsIn(svgIn(path('history.svg')))
  return { texts, panels: texts.filter((text) => text === 'epoch').length }
}

describe('plotHistory', () => {
  it('draws losses, measures from 0 to 1, and each other measure in panels of their own', async () => {
    const history = epochs(5, (n) => ({
      'test loss': 3 / n,
      accuracy: 1 - 1 / n,
      top5: 1,
      perplexity: 9 / n,
      R2: n - 6
    }))
    const { texts, panels } = await drawn(history, { title: 'A run' })
    expect(panels).toBe(4)
    expect(texts).toEqual(
      expect.arrayContaining([
        'A run',
        'loss',
        'training loss',
        'test loss',
        'measures',
        'accuracy',
        'top5',
        'perplexity',
        'R2'
      ])
    )
  })

  it('draws the loss alone where nothing else was measured', async () => {
    const { texts, panels } = await drawn(epochs(3, () => ({})))
    expect(panels).toBe(1)
    expect(texts).toEqual(expect.arrayContaining(['Training', 'training loss']))
  })

  it.each([0, 1])('draws a history of %i epochs', async (count) => {
    const { texts } = await drawn(epochs(count, () => ({ accuracy: 0.5 })))
    expect(texts.includes('no points')).toBe(count === 0)
  })

  it('draws a loss that became NaN, and one on a logarithmic axis', async () => {
    const history = [...epochs(2, () => ({ accuracy: NaN })), { epoch: 3, loss: NaN, seconds: 1, measures: {} }]
    expect((await drawn(history)).texts).toContain('3 of 5 points left out: not finite')
    expect(
      (
        await drawn(
          epochs(4, () => ({ accuracy: 0 })),
          { logarithmic: true }
        )
      ).texts
    ).toContain('training loss')
  })

  it('tells a measure of the same name from the loss of training', async () => {
    const { texts } = await drawn(epochs(2, () => ({ 'training loss': 1 })))
    expect(texts).toEqual(expect.arrayContaining(['training loss', 'loss of training']))
  })

  it('writes a PNG', async () => {
    rightOf(
      await plotHistory(
        path('history.png'),
        epochs(3, () => ({ accuracy: 0.5 }))
      )
    )
    expect(pngSize(path('history.png'))[0]).toBe(1600)
  })
})
