import { array, assert, asyncProperty, constantFrom, double, oneof, record, string } from 'fast-check'
import { type BarsSettings, plotBars } from 'gradfold/plot'
import { plotFolder, pngSize, svgIn, textsIn } from '../support/plotFolder'
import { leftOf, rightOf } from '../support/results'
import { runs } from '../support/runs'

const { path } = plotFolder()

const settings = (bars: BarsSettings['bars']): BarsSettings => ({
  title: 'Throughput',
  xName: 'batch',
  yName: 'a second',
  bars
})

const drawn = async (what: BarsSettings): Promise<ReadonlyArray<string>> => {
  rightOf(await plotBars(path('bars.svg'), what))
  return textsIn(svgIn(path('bars.svg')))
}

describe('plotBars', () => {
  it('draws a bar for each value, with both names, and the value to four digits', async () => {
    const texts = await drawn(
      settings([
        { name: '1', value: 9123.456 },
        { name: '32', value: 120_000 }
      ])
    )
    expect(texts).toEqual(expect.arrayContaining(['Throughput', 'batch', 'a second', '1', '32', '9,123', '120,000']))
  })

  it('says that there are no bars, and how many are left out', async () => {
    expect(await drawn(settings([]))).toContain('no bars')
    const texts = await drawn(
      settings([
        { name: 'a', value: NaN },
        { name: 'b', value: -2 },
        { name: 'c', value: Infinity }
      ])
    )
    expect(texts).toEqual(expect.arrayContaining(['2 of 3 bars left out: not finite', 'a', 'b', 'c', '-2']))
  })

  it('names only some of very many bars', async () => {
    const names = Array.from({ length: 400 }, (_, i) => `layer ${i}`)
    const texts = await drawn(settings(names.map((name, value) => ({ name, value }))))
    const shown = texts.filter((text) => text.startsWith('layer'))
    expect(shown.length).toBeGreaterThan(10)
    expect(shown.length).toBeLessThan(60)
  })

  it('keeps everything within the picture, whatever the names and values are', async () => {
    const name = oneof(
      string({ maxLength: 20 }),
      string({ maxLength: 20, unit: constantFrom('a', 'W', 'é', '数', '<', '&', '"', '\n', '\0', '\x1b', '\ud800') }),
      constantFrom('W'.repeat(60), '数'.repeat(60), '', '__proto__', 'constructor', 'a\n__proto__\0')
    )
    const value = oneof(double(), double({ min: -1e6, max: 1e6, noNaN: true }))
    const example = record({
      title: name,
      xName: name,
      yName: name,
      bars: array(record({ name, value }), { maxLength: 20 })
    })
    await assert(
      asyncProperty(example, async (what) => {
        await drawn(what)
      }),
      { numRuns: runs(15) }
    )
  }, 60_000)

  it('writes a PNG, and no other ending', async () => {
    rightOf(await plotBars(path('bars.png'), settings([{ name: 'a', value: 1 }])))
    expect(pngSize(path('bars.png'))[0]).toBe(1600)
    expect(leftOf(await plotBars(path('bars.pdf'), settings([])))).toMatchObject({
      _tag: 'InvalidArgument',
      operation: 'plotBars'
    })
  })
})
