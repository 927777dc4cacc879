/** Prometheus' text format, version 0.0.4, read by its rules: prometheus.io/docs/instrumenting/exposition_formats. */

export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface Family {
  readonly name: string
  readonly type: string
  readonly help: string
  readonly samples: ReadonlyArray<Sample>
}

const metric = '[a-zA-Z_:][a-zA-Z0-9_:]*'
const label = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"'
const sampleLine = new RegExp(`^(${metric})(?:\\{((?:${label}(?:,(?!\\})|(?=\\})))*)\\})? ([^ ]+)(?: (-?\\d+))?$`)
const oneLabel = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g
const number = /^(?:[+-]?Inf|NaN|[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)$/

/** The metrics of a text; throws where it breaks a rule. */
export const parseExposition = (text: string): ReadonlyArray<Family> => {
  if (text !== '' && !text.endsWith('\n')) throw new Error('the last line has no end')
  const families: { name: string; type: string; help: string; samples: Sample[] }[] = []
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const [, keyword, name, rest] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? []
    const current = families.at(-1)
    if (keyword !== undefined && name !== undefined && rest !== undefined) {
      const family = current?.name === name ? current : { name, type: '', help: '', samples: [] }
      if (family !== current) {
        if (families.some((other) => other.name === name)) throw new Error(`${name} is in two groups`)
        families.push(family)
      }
      const field = keyword === 'HELP' ? 'help' : 'type'
      if (family[field] !== '' || family.samples.length > 0) throw new Error(`a second or late ${keyword} of ${name}`)
      if (keyword === 'TYPE' && !/^(counter|gauge|histogram|summary|untyped)$/.test(rest))
        throw new Error(`type ${rest}`)
      family[field] = rest
      continue
    }
    if (line.startsWith('#')) continue
    const found = sampleLine.exec(line)
    if (found === null || !number.test(found[3]!)) throw new Error(`no sample: ${line}`)
    if (current === undefined || !belongs(found[1]!, current))
      throw new Error(`${line} is in the group of another metric`)
    const labels = Object.fromEntries([...(found[2] ?? '').matchAll(oneLabel)].map(([, key, value]) => [key!, value!]))
    const sample = { name: found[1]!, labels, value: Number(found[3]!.replace('Inf', 'Infinity')) }
    if (current.samples.some((other) => keyOf(other) === keyOf(sample))) throw new Error(`twice: ${line}`)
    current.samples.push(sample)
  }
  for (const family of families) if (family.type === 'histogram') checkHistogram(family)
  return families
}

const belongs = (name: string, { name: family, type }: Family): boolean =>
  type === 'histogram' ? [`${family}_bucket`, `${family}_sum`, `${family}_count`].includes(name) : name === family

const keyOf = ({ name, labels }: Sample): string => JSON.stringify([name, Object.entries(labels).sort()])

/** Buckets are cumulative, end with +Inf, and that is the count. */
const checkHistogram = ({ name, samples }: Family): void => {
  const series = new Map<string, Sample[]>()
  for (const sample of samples) {
    const key = keyOf({
      ...sample,
      name: '',
      labels: Object.fromEntries(Object.entries(sample.labels).filter(([key]) => key !== 'le'))
    })
    series.set(key, [...(series.get(key) ?? []), sample])
  }
  for (const [key, all] of series) {
    const buckets = all.filter((sample) => sample.name === `${name}_bucket`)
    const bounds = buckets.map(({ labels }) => Number((labels['le'] ?? '').replace('Inf', 'Infinity')))
    const ascending = (numbers: ReadonlyArray<number>): boolean =>
      numbers.every((n, i) => i === 0 || n >= numbers[i - 1]!)
    const count = all.find((sample) => sample.name === `${name}_count`)?.value
    if (!ascending(bounds) || bounds.at(-1) !== Infinity)
      throw new Error(`bounds of ${name} ${key}: ${bounds.join(' ')}`)
    if (!ascending(buckets.map(({ value }) => value))) throw new Error(`${name} ${key} is not cumulative`)
    if (count === undefined || buckets.at(-1)?.value !== count) throw new Error(`${name} ${key} has another count`)
    if (!all.some((sample) => sample.name === `${name}_sum`)) throw new Error(`${name} ${key} has no sum`)
  }
}
