import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import {
  array,
  assert,
  asyncProperty,
  boolean,
  constantFrom,
  double,
  oneof,
  record,
  string,
  tuple,
  uniqueArray
} from 'fast-check'
import { type Curve, type CurvesSettings, plotCurves } from 'gradfold/plot'
import { plotFolder, pngSize, svgIn, textsIn } from '../support/plotFolder'
import { leftOf, rightOf } from '../support/results'
import { runs } from '../support/runs'

const { folder, path } = plotFolder()

const straight = (name: string, ys: ReadonlyArray<number>): Curve => ({ name, points: ys.map((y, i) => [i + 1, y]) })
const settings = (...curves: ReadonlyArray<Curve>): CurvesSettings => ({
  title: 'Digits',
  xName: 'epoch',
  yName: 'loss',
  curves
})

const drawn = async (what: CurvesSettings): Promise<string> => {
  const file = path('drawn.svg')
  expect(rightOf(await plotCurves(file, what))).toBe(file)
  return svgIn(file)
}

describe('plotCurves', () => {
  it('draws a title, axes with names, and each curve with its name', async () => {
    const svg = await drawn(settings(straight('training <loss>', [30, 20, 10]), straight('test & more', [40, 30, 20])))
    const texts = textsIn(svg)
    expect(texts).toEqual(expect.arrayContaining(['Digits', 'epoch', 'loss', 'training <loss>', 'test & more']))
    // Epochs are whole: no tick at 1.5.
    expect(texts.filter((text) => /^[\d.]+$/.test(text))).toEqual(expect.arrayContaining(['1', '2', '3']))
    expect(texts).not.toContain('1.5')
  })

  it('draws the same picture again', async () => {
    const again = settings(straight('a', [1, NaN, 2]))
    expect(await drawn(again)).toBe(await drawn(again))
  })

  it.each<readonly [string, CurvesSettings, string | undefined]>([
    ['no curve', settings(), 'no points'],
    ['a curve without points', settings(straight('a', [])), 'no points'],
    ['one point', settings(straight('a', [0.5])), undefined],
    ['one point at 0', settings({ name: 'a', points: [[0, 0]] }), undefined],
    ['a level line', settings(straight('a', [2, 2, 2])), undefined],
    [
      'what is not finite',
      settings(straight('a', [1, NaN, 2, Infinity, -Infinity])),
      '3 of 5 points left out: not finite'
    ],
    ['nothing finite', settings(straight('a', [NaN, NaN])), '2 of 2 points left out: not finite'],
    [
      'a place that is not finite',
      settings({
        name: 'a',
        points: [
          [NaN, 1],
          [1, 2]
        ]
      }),
      '1 of 2 points left out: not finite'
    ],
    [
      'what has no logarithm',
      { ...settings(straight('a', [1, 0, -1, NaN, 0.1])), logarithmic: true },
      '3 of 5 points left out: not finite, or not positive'
    ],
    ['one logarithm', { ...settings(straight('a', [0.3])), logarithmic: true }, undefined],
    [
      'no logarithm',
      { ...settings(straight('a', [0])), logarithmic: true },
      '1 of 1 points left out: not finite, or not positive'
    ]
  ])('draws %s', async (_what, what, note) => {
    const texts = textsIn(await drawn(what))
    expect(texts.find((text) => text.includes('points'))).toBe(note)
    expect(texts).toEqual(expect.arrayContaining(['Digits', 'epoch', 'loss']))
  })

  it('leaves a gap where points are missing, and marks one that is alone', async () => {
    const lines = async (ys: ReadonlyArray<number>) => {
      const svg = await drawn(settings(straight('a', ys)))
      const line = /<path d="(M[^"]*)" fill="none"[^>]* stroke-width="2" stroke-linejoin/.exec(svg)?.[1] ?? ''
      return [line.match(/M/g)?.length ?? 0, svg.match(/<path d="M1 0A1[^"]*" transform="matrix/g)?.length ?? 0]
    }
    const many = Array.from({ length: 100 }, (_, i) => Math.sin(i))
    expect(await lines(many)).toEqual([1, 0])
    expect(await lines(many.map((y, i) => (i === 50 ? NaN : y)))).toEqual([2, 0])
    expect(await lines(many.map((y, i) => (i === 50 || i === 52 ? NaN : y)))).toEqual([3, 1])
  })

  it('draws 200,000 points as a line that can be looked at', async () => {
    const svg = await drawn(
      settings(
        straight(
          'a',
          Array.from({ length: 200_000 }, (_, i) => Math.sin(i / 1e4))
        )
      )
    )
    expect(svg.length).toBeLessThan(100_000)
  })

  it('keeps everything within the picture, whatever the names and numbers are', async () => {
    const number = oneof(
      double({ noNaN: false }),
      double({ min: -2, max: 2, noNaN: true }),
      double({ min: -1e7, max: 1e7, noNaN: true })
    )
    const name = oneof(
      string({ maxLength: 12 }),
      string({ maxLength: 12, unit: constantFrom('a', 'W', 'é', '数', '<', '&', '"', '\n', '\0', '\x1b', '\ud800') }),
      constantFrom('W'.repeat(300), 'm'.repeat(33), '数'.repeat(60), '', '__proto__', 'constructor', 'a\n__proto__\0')
    )
    const curves = uniqueArray(record({ name, points: array(tuple(number, number), { maxLength: 8 }) }), {
      maxLength: 30,
      selector: (curve) => curve.name
    })
    const example = record({ title: name, xName: name, yName: name, curves, logarithmic: boolean() })
    await assert(
      asyncProperty(example, async (what) => {
        await drawn(what)
      }),
      { numRuns: runs(15) }
    )
  }, 60_000)

  it.each(Object.getOwnPropertyNames(Object.prototype))('draws %s and leaves all objects alone', async (name) => {
    const before = Reflect.ownKeys(Object.prototype)
    const svg = await drawn({ title: name, xName: name, yName: `a\n${name}`, curves: [straight(name, [1])] })
    expect(textsIn(svg).filter((text) => text.includes(name)).length).toBe(4)
    expect(Reflect.ownKeys(Object.prototype)).toEqual(before)
    expect(svg).not.toContain('prev')
  })

  it('writes a PNG with letters in it, at twice the size', async () => {
    const file = path('curves.PNG')
    rightOf(await plotCurves(file, settings(straight('a', [3, 2, 1]))))
    expect(pngSize(file)).toEqual([1600, 880])
    const withTitle = readFileSync(file)
    rightOf(await plotCurves(file, { ...settings(straight('a', [3, 2, 1])), title: '' }))
    expect(readFileSync(file).length).toBeLessThan(withTitle.length - 1000)
  })

  it('makes the folder, takes the place of an older picture, and leaves nothing beside it', async () => {
    const file = path('new/deep/curve.svg')
    rightOf(await plotCurves(file, settings(straight('a', [1, 2]))))
    writeFileSync(file, 'an older one')
    rightOf(await plotCurves(file, settings(straight('a', [1, 2]))))
    svgIn(file)
    expect(readdirSync(dirname(file))).toEqual(['curve.svg'])
  })
})

describe('what plotCurves refuses', () => {
  it.each(['curve', 'curve.jpg', 'curve.svg.gz', '', '.svg/'])('to write %j', async (name) => {
    const error = leftOf(await plotCurves(path(`none/${name}`), settings(straight('a', [1]))))
    expect(error).toMatchObject({ _tag: 'InvalidArgument', operation: 'plotCurves', argument: 'file' })
    expect(error.message).toContain('.svg or .png')
    expect(readdirSync(folder)).not.toContain('none')
  })

  it('two curves of one name', async () => {
    const error = leftOf(await plotCurves(path('twice.svg'), settings(straight('a', [1]), straight('a', [2]))))
    expect(error).toMatchObject({ _tag: 'InvalidArgument', argument: 'curves', value: 'a' })
    expect(readdirSync(folder)).not.toContain('twice.svg')
  })

  it('a place where no file can be', async () => {
    mkdirSync(path('folder.svg'))
    writeFileSync(path('file'), '')
    for (const name of ['folder.svg', 'file/curve.svg']) {
      const error = leftOf(await plotCurves(path(name), settings(straight('a', [1]))))
      expect(error).toMatchObject({ _tag: 'FileError', operation: 'plotCurves', file: path(name) })
    }
  })
})

describe('without the packages that draw', () => {
  afterEach(() => {
    jest.dontMock('echarts').dontMock('@resvg/resvg-js').resetModules()
  })

  const without = async (missing: string, file: string) => {
    jest.resetModules()
    jest.doMock(missing, () => {
      throw new Error(`Cannot find module '${missing}'\nRequire stack:`)
    })
    const fresh = await import('gradfold/plot')
    return leftOf(await fresh.plotCurves(path(file), settings(straight('a', [1]))))
  }

  it.each([
    ['echarts', 'absent.svg', 'npm install echarts'],
    ['echarts', 'absent.png', 'npm install echarts'],
    ['@resvg/resvg-js', 'absent.png', 'npm install @resvg/resvg-js dejavu-fonts-ttf']
  ])('says how to install %s for %s', async (missing, file, command) => {
    const error = await without(missing, file)
    expect(error).toMatchObject({ _tag: 'FileError', file: path(file), reason: 'missing' })
    expect(error.message).toContain(`Cannot find module '${missing}'. Install it: ${command}`)
    expect(readdirSync(folder)).not.toContain(file)
  })
})
