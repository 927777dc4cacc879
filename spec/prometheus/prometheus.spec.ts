import {
  backward,
  type Listener,
  matmul,
  observe,
  parameter,
  referenceKernels,
  relu,
  sum,
  trace,
  uniform
} from 'gradfold'
import { prometheus } from 'gradfold/prometheus'
import { Counter, Gauge, register, Registry } from 'prom-client'
import { type Family, parseExposition } from '../support/expositionText'
import { onTape } from '../support/leaks'
import { rightOf } from '../support/results'

/** Two products, two relus, a sum, and back. */
const compute = (listener: Listener): void =>
  onTape(observe(referenceKernels(), listener), (start) => {
    const { tape, value } = rightOf(
      trace(start, function* (run) {
        const weight = yield* run(parameter, [
          [1, 2],
          [3, 4]
        ])
        const hidden = yield* run(relu, yield* run(matmul, yield* run(uniform, [3, 2]), weight))
        return yield* run(sum, yield* run(relu, yield* run(matmul, hidden, weight)))
      })
    )
    rightOf(backward(tape, value))
  })

const familyIn = (families: ReadonlyArray<Family>, name: string): Family => {
  const family = families.find((candidate) => candidate.name === name)
  if (family === undefined) throw new Error(`no ${name} in ${families.map((other) => other.name).join(' ')}`)
  return family
}

/** The value of a metric by operation. */
const byOperation = (family: Family, name: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    family.samples.flatMap(({ name: sample, labels, value }) =>
      sample === name ? [[labels['operation'] ?? '', value]] : []
    )
  )

describe('prometheus', () => {
  it('writes what it was told as metrics that follow the rules of the format', async () => {
    const { listener, text, contentType } = prometheus()
    compute(listener)
    const families = parseExposition(await text())
    expect(families.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'gradfold_operation_seconds histogram',
      'gradfold_operations_total counter',
      'gradfold_operation_bytes_total counter',
      'gradfold_derivative_seconds histogram',
      'gradfold_backward_seconds histogram',
      'gradfold_backward_entries histogram'
    ])
    expect(families.every(({ help }) => help.endsWith('.'))).toBe(true)
    const counted = { uniform: 1, matmul: 2, relu: 2, sum: 1 }
    const seconds = familyIn(families, 'gradfold_operation_seconds')
    expect(byOperation(seconds, 'gradfold_operation_seconds_count')).toEqual(counted)
    expect(byOperation(familyIn(families, 'gradfold_operations_total'), 'gradfold_operations_total')).toEqual(counted)
    const bytes = familyIn(families, 'gradfold_operation_bytes_total')
    expect(byOperation(bytes, 'gradfold_operation_bytes_total')).toEqual({ uniform: 48, matmul: 96, relu: 96, sum: 8 })
    const derivatives = familyIn(families, 'gradfold_derivative_seconds')
    expect(byOperation(derivatives, 'gradfold_derivative_seconds_count')).toEqual({ matmul: 2, relu: 2, sum: 1 })
    const entries = familyIn(families, 'gradfold_backward_entries').samples
    // Five operations and the weight.
    expect(entries.find(({ name }) => name === 'gradfold_backward_entries_sum')?.value).toBe(6)
    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8')
  })

  it('writes durations in seconds', async () => {
    const { listener, text } = prometheus()
    listener({ kind: 'operation', name: 'exp', inputs: [[1]], output: [1], microseconds: 2500, bytes: 4, path: '' })
    const { samples } = familyIn(parseExposition(await text()), 'gradfold_operation_seconds')
    const value = (name: string, le?: string): number | undefined =>
      samples.find((sample) => sample.name === `gradfold_operation_seconds${name}` && sample.labels['le'] === le)?.value
    expect([value('_sum'), value('_bucket', '0.001'), value('_bucket', '0.0025')]).toEqual([0.0025, 0, 1])
  })

  it('shares nothing with others, and nothing with the global registry', async () => {
    const [one, other] = [prometheus(), prometheus()]
    compute(one.listener)
    expect(await one.text()).toContain('operation="matmul"')
    expect(await other.text()).not.toContain('operation="matmul"')
    expect(await register.metrics()).not.toContain('gradfold')
  })

  it('puts its metrics beside those of a registry that it is handed, once', async () => {
    const registry = new Registry()
    new Gauge({ name: 'temperature', help: 'Of the room.', registers: [registry] }).set(21)
    const [one, other] = [prometheus({ registry }), prometheus({ registry })]
    compute(one.listener)
    compute(other.listener)
    const families = parseExposition(await other.text())
    expect(familyIn(families, 'temperature').samples).toEqual([{ name: 'temperature', labels: {}, value: 21 }])
    const counts = byOperation(familyIn(families, 'gradfold_operations_total'), 'gradfold_operations_total')
    expect(counts).toEqual({ uniform: 2, matmul: 4, relu: 4, sum: 2 })
    expect(await one.text()).toBe(await other.text())
  })

  it('writes a text before anything happens', async () => {
    const families = parseExposition(await prometheus().text())
    expect(familyIn(families, 'gradfold_operations_total').samples).toEqual([])
  })
})

describe('parseExposition', () => {
  it('reads labels, escapes and numbers as prom-client writes them', async () => {
    const registry = new Registry()
    const counter = new Counter({ name: 'c', help: 'A "count".', labelNames: ['a', 'b'], registers: [registry] })
    counter.inc({ a: 'x,y}', b: 'q"\\' }, 1.5)
    expect(parseExposition(await registry.metrics())[0]?.samples).toEqual([
      { name: 'c', labels: { a: 'x,y}', b: 'q\\"\\\\' }, value: 1.5 }
    ])
  })

  it.each([
    'a 1',
    '# TYPE a counter\na 1',
    '# TYPE a number\na 1\n',
    '# TYPE a counter\na one\n',
    '# TYPE a counter\na{b=c} 1\n',
    '# TYPE a counter\na{b="c" 1\n',
    '# TYPE a counter\na 1\na 2\n',
    '# TYPE a counter\nb 1\n',
    '# TYPE a counter\n# TYPE a counter\n',
    '# TYPE a counter\na 1\n# TYPE b counter\nb 1\n# HELP a late\n',
    '# TYPE a histogram\na_bucket{le="1"} 1\na_sum 1\na_count 1\n',
    '# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n',
    '# TYPE a histogram\na_bucket{le="+Inf"} 1\na_sum 1\na_count 2\n',
    '# TYPE a histogram\na_bucket{le="+Inf"} 1\na_count 1\n'
  ])('has something against %j', (text) => {
    expect(() => parseExposition(text)).toThrow()
  })
})
