import { assert, array, double, oneof, property } from 'fast-check'
import {
  backward,
  histogram,
  type HistogramRow,
  linear,
  linearForward,
  named,
  type Observation,
  observe,
  referenceKernels,
  sum,
  trace,
  uniform
} from 'gradfold'
import { onTape } from '../support/leaks'
import { rightOf } from '../support/results'
import { runs } from '../support/runs'

const operation = (name: string, microseconds: number, bytes = 8, path = ''): Observation => ({
  kind: 'operation',
  name,
  inputs: [[2]],
  output: [2],
  microseconds,
  bytes,
  path
})

const rowsAfter = (observations: ReadonlyArray<Observation>, by?: 'name' | 'path'): ReadonlyArray<HistogramRow> => {
  const { listener, rows } = histogram(by === undefined ? {} : { by })
  observations.forEach(listener)
  return rows()
}

describe('histogram', () => {
  it('is empty before anything happens', () => {
    expect(rowsAfter([])).toEqual([])
  })

  it('counts by name and kind, and puts first what took longest', () => {
    const rows = rowsAfter([
      operation('relu', 2),
      operation('matmul', 30, 64),
      operation('relu', 4),
      { kind: 'derivative', name: 'relu', inputs: [[2]], output: [2], microseconds: 1, bytes: 4, path: '' },
      { kind: 'backward', entries: 7, microseconds: 50, path: 'a' }
    ])
    const text = rows.map(({ kind, name, count, sum: total, bytes }) => [kind, name, count, total, bytes])
    expect(text).toEqual([
      ['backward', 'backward', 1, 50, 0],
      ['operation', 'matmul', 1, 30, 64],
      ['operation', 'relu', 2, 6, 16],
      ['derivative', 'relu', 1, 1, 4]
    ])
  })

  it('has one observation as all of its quantiles, to the last bit', () => {
    expect(rowsAfter([operation('exp', 12.25)])[0]).toMatchObject({
      least: 12.25,
      median: 12.25,
      p90: 12.25,
      p99: 12.25,
      most: 12.25
    })
  })

  it('has quantiles to 1 % of the duration with that rank, from a nanosecond to days', () => {
    const duration = oneof(double({ min: 1e-3, max: 1e12, noNaN: true }), double({ min: 1, max: 100, noNaN: true }))
    assert(
      property(array(duration, { minLength: 1, maxLength: 300 }), (durations) => {
        const [row] = rowsAfter(durations.map((microseconds) => operation('add', microseconds)))
        const ascending = [...durations].sort((a, b) => a - b)
        const exact = (part: number): number => ascending[Math.ceil(part * durations.length) - 1]!
        expect(row).toMatchObject({ count: durations.length, least: ascending[0], most: ascending.at(-1) })
        for (const [part, found] of [
          [0.5, row!.median],
          [0.9, row!.p90],
          [0.99, row!.p99]
        ] as const) {
          expect(Math.abs(found / exact(part) - 1)).toBeLessThanOrEqual(0.01 + 1e-9)
        }
      }),
      { numRuns: runs(200) }
    )
  })

  it('takes a clock that has not moved', () => {
    expect(rowsAfter([operation('add', 0), operation('add', 0)])[0]).toMatchObject({
      sum: 0,
      median: 0,
      p99: 0,
      most: 0
    })
  })

  it('gathers by layer path, from kernels that it listens to', () => {
    const { listener, rows } = histogram({ by: 'path' })
    onTape(observe(referenceKernels(), listener), (start) => {
      const { tape, value } = rightOf(
        trace(start, function* (run) {
          const layer = yield* run((at) => named(at, 'head', (inner) => linear(inner, 3, 2)))
          const x = yield* run(uniform, [4, 3])
          return yield* run(sum, yield* run((at) => named(at, 'head', (inner) => linearForward(inner, layer, x))))
        })
      )
      rightOf(backward(tape, value))
    })
    const counts = rows().map(({ kind, name, count }) => `${kind} at ${name}: ${count}`)
    expect(counts.toSorted()).toEqual([
      'backward at : 1',
      'derivative at : 1',
      'derivative at head: 2',
      'operation at : 2',
      'operation at head: 2'
    ])
  })
})
