/** Ten training steps of networks that between them have every layer, loss and optimiser, as PyTorch takes them. */
import { memory, referenceKernels } from 'gradfold'
import { goldenHeader } from '../support/golden'
import { namedInSource } from '../support/goldenCoverage'
import { precisionOf } from '../support/goldenErrors'
import { activationNames } from '../support/goldenLayers'
import { judgeNetwork } from '../support/goldenNetworkComplaints'
import { namesIn } from '../support/goldenNetworkNames'
import { type GoldenNetwork, goldenNetworks, networksHeader } from '../support/goldenNetworks'
import { kernelSets } from '../support/kernelSets'

/** What a training step calls or hands on, and what makes a layer of one's own. */
const notInNetworks: ReadonlyArray<string> = [
  'addGradients',
  'drawParameter',
  'initialState',
  'rateAt',
  'scaleGradients',
  'update'
]

describe('the networks', () => {
  it('are of the same PyTorch and the same scripts as the other rows', () => {
    expect(networksHeader).toEqual(goldenHeader)
  })

  it('have a name each', () => {
    const names = goldenNetworks.map(({ name }) => name)
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
  })

  it('have every layer, activation, loss, optimiser and schedule', () => {
    const { layer, loss, optimizer } = namedInSource()
    const wanted = [
      ...layer.filter((name) => !/forward$/i.test(name)),
      ...activationNames.map((name) => `activation ${name}`),
      ...loss,
      ...optimizer
    ]
    const there = namesIn(goldenNetworks)
    expect(wanted.filter((name) => !there.has(name)).sort()).toEqual(notInNetworks)
  })
})

describe.each(kernelSets)('ten steps on $name, as PyTorch takes them:', (set) => {
  const kernels = set.create()
  const precision = precisionOf(set)

  it.each(goldenNetworks)('$name', (row) => {
    const before = memory(kernels)
    expect(judgeNetwork(kernels, precision, row, false).complaints).toEqual([])
    expect(judgeNetwork(kernels, precision, row, true).complaints).toEqual([])
    expect(memory(kernels)).toEqual(before)
  })
})

describe('a difference from PyTorch in ten steps', () => {
  const row = goldenNetworks.find(({ averageDecay, parts }) => averageDecay !== undefined && parts !== undefined)
  if (row === undefined) throw new Error('no network is averaged and trained in parts')
  const judged = (change: Partial<GoldenNetwork>): ReadonlyArray<string> =>
    judgeNetwork(referenceKernels(), precisionOf({ name: 'reference' }), { ...row, ...change }, true).complaints
  const beside = ([first, ...others]: ReadonlyArray<number>): ReadonlyArray<number> => [first! + 1e-8, ...others]

  it('is not overlooked in any of the numbers', () => {
    const { gradients, trained, averaged = {}, output, evaluated } = row
    const off = (what: string): ReadonlyArray<string> => [expect.stringMatching(`^${what} is off by \\d`) as string]
    expect(judged({})).toEqual([])
    expect(judged({ losses: beside(row.losses) })).toEqual(off('the losses'))
    expect(judged({ evaluatedLoss: row.evaluatedLoss + 1e-8 })).toEqual(off('the loss in evaluation'))
    expect(judged({ output: { ...output, values: beside(output.values.map(Number)) } })).toEqual(
      off('the first output')
    )
    expect(judged({ evaluated: { ...evaluated, values: beside(evaluated.values.map(Number)) } })).toEqual(
      off('the output in evaluation')
    )
    expect(judged({ gradients: { ...gradients, '0.weight': beside(gradients['0.weight']!) } })).toEqual(
      off('the first gradient of 0.weight')
    )
    const path = '1.runningVariance'
    expect(judged({ trained: { ...trained, [path]: beside(trained[path]!) } })).toEqual(off(`the trained ${path}`))
    expect(judged({ averaged: { ...averaged, [path]: beside(averaged[path]!) } })).toEqual(off(`the averaged ${path}`))
    expect(judged({ trained: { ...trained, '9.weight': [1] } })).toEqual([
      expect.stringContaining('the trained 9.weight')
    ])
  })

  it('is not overlooked in any of the settings', () => {
    const { averageDecay, ...others } = row
    const trainedAlone = [
      judged({ parts: 1 }),
      judged({ clip: { norm: 1e-3 } }),
      judged({ optimizer: { of: 'adam', settings: { learningRate: 0.0079 } } }),
      judged({ plateau: { patience: 0, factor: 0.5, threshold: 0.5 } })
    ]
    for (const found of trainedAlone) expect(found).toContainEqual(expect.stringMatching('^the trained 6.bias'))
    expect(judged({ ...others, averageDecay: averageDecay! / 2 })).toContainEqual(
      expect.stringMatching('^the averaged 6.bias')
    )
  })
})
