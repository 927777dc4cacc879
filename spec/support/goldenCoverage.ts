/** Which rows there have to be: for every public function that computes something, and why not for some. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { GoldenRow } from './golden'
import { activationNames } from './goldenLayers'

const src = join(__dirname, '../../src')

const draws = (why: string): string =>
  `draws at random, and PyTorch's generators give other numbers from any seed: ${why}`

/** What has no rows of its own, and why. docs/accuracy.md has these texts. */
export const withoutRows: Readonly<Record<string, string>> = {
  normal: draws('`spec/random` holds its distribution against the normal one'),
  permutation: draws('`spec/random` looks that every order comes as often'),
  truncatedNormal: draws('`spec/random` holds its distribution against the truncated normal one'),
  uniform: draws('`spec/random` holds its distribution against the uniform one'),
  truncatedNormalInit: draws('`spec/random` holds its bounds and deviation'),
  linear:
    'draws its weight: what it draws from are the rows of the initialisers, what it computes those of `linearForward`. ' +
    "By default the weight is Xavier's and the bias 0; `torch.nn.Linear` draws both evenly from +-1 / sqrt(inFeatures)",
  prelu: 'makes a parameter of one number: what is computed with it are the rows of `preluForward`',
  swiglu: 'draws its weights, as three `linear` do: what it computes are the rows of `swigluForward`',
  flatten: 'is a record: what it does are the rows of `flattenForward`',
  reshapeTo: 'is a record: what it does are the rows of `reshapeToForward`',
  bilinear:
    'draws its weight, as `linear` does: what it computes are the rows of `bilinearForward`. By default the weight is ' +
    "Xavier's and the bias 0; `torch.nn.Bilinear` draws both evenly from +-1 / sqrt(in1Features)",
  embedding:
    'draws its weight, of the standard normal distribution: what it computes are the rows of `embeddingForward`',
  dropout: 'is a record: the ends of what it does are the rows of `dropoutForward`, the rest is drawn at random',
  channelDropout:
    'is a record: the ends of what it does are the rows of `channelDropoutForward`, the rest is drawn at random',
  forward: 'is what the rows of `activation` and `sequential` call',
  custom: "is a function of the user's",
  update: 'is what the rows of the optimisers call, with given gradients and by `trainingStep`',
  initialState: 'is what the rows of the optimisers start from',
  rateAt: 'is what the rows of the schedules call',
  addGradients: 'adds up the batches of a step: what comes of it is in the networks that are trained in parts',
  scaleGradients: 'weights the batches of a step: what comes of it is in the networks that are trained in parts',
  runningMoment: 'is recorded by `batchNormForward` in training: what it gives is in the rows of `batchNorm`',
  reluGradient: 'is recorded by derivatives alone: it is in the rows of `relu`, second derivatives among them'
}

/** In their order in docs/accuracy.md. */
export const groups = ['operation', 'function', 'layer', 'loss', 'optimizer', 'random'] as const
export type Group = (typeof groups)[number]

export type Named = Readonly<Record<Group, ReadonlyArray<string>>>

/** What src/index.ts exports of these folders, types left out, and the primitives of src/operation. */
export const namedInSource = (): Named => {
  const index = readFileSync(join(src, 'index.ts'), 'utf8')
  const exported = (group: Group): ReadonlyArray<string> =>
    Array.from(index.matchAll(new RegExp(`export \\{([^}]*)\\} from '\\./${group}/`, 'g')), ([, names = '']) => names)
      .flatMap((names) => names.split(',').map((name) => name.trim()))
      .filter((name) => name !== '' && !name.startsWith('type '))
  const primitives = readdirSync(join(src, 'operation')).flatMap((file) =>
    Array.from(
      readFileSync(join(src, 'operation', file), 'utf8').matchAll(/export const (\w+)Primitive\b/g),
      ([, name = '']) => name
    )
  )
  const all = groups.map((group) => [group, exported(group)] as const)
  const elsewhere = new Set(all.flatMap(([group, names]) => (group === 'operation' ? [] : names)))
  const operations = [...new Set([...exported('operation'), ...primitives])].filter((name) => !elsewhere.has(name))
  return { ...named(all), operation: operations }
}

const named = (entries: ReadonlyArray<readonly [Group, ReadonlyArray<string>]>): Named => {
  const found = new Map(entries.map(([group, names]) => [group, [...names].sort()]))
  const of = (group: Group): ReadonlyArray<string> => found.get(group) ?? []
  return {
    operation: of('operation'),
    function: of('function'),
    layer: of('layer'),
    loss: of('loss'),
    optimizer: of('optimizer'),
    random: of('random')
  }
}

const howTo =
  'add some to a rows_*.py in spec/golden and its program to spec/support/goldenPrograms.ts, run ' +
  '`python spec/golden/pytorch.py`, then `npm run accuracy`; if PyTorch has nothing to compare with, say why in ' +
  'spec/support/goldenCoverage.ts'

/** One sentence for each row that is missing or that is of nothing. */
export const coverageComplaints = (
  names: Named,
  rows: ReadonlyArray<GoldenRow>,
  excused: Readonly<Record<string, string>> = withoutRows
): ReadonlyArray<string> => {
  const all = groups.flatMap((group) => names[group])
  const covered = new Set(rows.map(({ of }) => of))
  return [
    ...all.filter((name) => !covered.has(name) && !(name in excused)).map((name) => `no rows for ${name}: ${howTo}`),
    ...[...covered].filter((of) => !all.includes(of)).map((of) => `rows for ${of}, which src/index.ts does not export`),
    ...Object.keys(excused)
      .filter((name) => covered.has(name) || !all.includes(name))
      .map((name) => `spec/support/goldenCoverage.ts excuses ${name}, which has rows or is not there: take it out`),
    ...names.operation.flatMap((name) => awkward(name, rows)),
    ...activationNames
      .filter((name) => !rows.some((row) => 'inputs' in row && row.options?.activation === name))
      .map((name) => `no rows for activation('${name}'): ${howTo}`),
    ...names.loss.flatMap((name) => reductionsOf(name, rows))
  ]
}

/** Of any rank that it takes: what is right for matrices may not be for no numbers at all. */
const awkward = (name: string, rows: ReadonlyArray<GoldenRow>): ReadonlyArray<string> => {
  const shapes = rows.flatMap((row) =>
    row.of === name && 'inputs' in row ? [...row.inputs, row.value].map(({ shape }) => shape) : []
  )
  if (shapes.length === 0) return []
  const kinds: ReadonlyArray<readonly [string, boolean]> = [
    ['an axis of size 0', shapes.some((shape) => shape.includes(0))],
    ['an axis of size 1', shapes.some((shape) => shape.includes(1))],
    ['five axes', shapes.some((shape) => shape.length === 5)]
  ]
  return kinds.flatMap(([kind, there]) => (there ? [] : [`no row of ${name} with ${kind}: ${howTo}`]))
}

const reductionsOf = (loss: string, rows: ReadonlyArray<GoldenRow>): ReadonlyArray<string> =>
  ['mean', 'sum', 'none']
    .filter(
      (reduction) => !rows.some((row) => row.of === loss && 'inputs' in row && row.options?.reduction === reduction)
    )
    .map((reduction) => `no row of ${loss} with the reduction ${reduction}: ${howTo}`)
