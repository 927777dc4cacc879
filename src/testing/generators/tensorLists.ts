import fc from 'fast-check'
import { sizeOf } from '../../kernels/shape'
import type { Dtype, HostTensor, Shape } from '../../kernels/tensor'
import { hostTensor } from './hostTensor'
import type { Numbers } from './numbers'

/**
 * Tensors of the drawn shapes. They shrink to smaller shapes, which keep some of the numbers, and to simpler numbers, one
 * after the other until nothing is left to simplify: `chain` would draw all numbers anew for each smaller shape, and would
 * no longer look at the shapes once a number is simpler.
 */
export const tensorLists = (
  shapes: fc.Arbitrary<ReadonlyArray<Shape>>,
  dtype: Dtype,
  numbers: Numbers
): fc.Arbitrary<ReadonlyArray<HostTensor>> => new TensorLists(shapes, dtype, numbers)

type Drawn = ReadonlyArray<fc.Value<number>>

/** What a list of tensors was made of. */
class Origin {
  constructor(
    readonly shapes: fc.Value<ReadonlyArray<Shape>>,
    /** For each shape its numbers. */
    readonly rows: ReadonlyArray<Drawn>,
    /** Draws the numbers of a shape that is larger after shrinking: `[0, 9]` becomes `[1, 9]`. */
    readonly random: fc.Random,
    /** Numbers before this one are as simple as they get; undefined while shapes are to be tried first. */
    readonly simplified: number | undefined
  ) {}
}

class TensorLists extends fc.Arbitrary<ReadonlyArray<HostTensor>> {
  constructor(
    private readonly shapes: fc.Arbitrary<ReadonlyArray<Shape>>,
    private readonly dtype: Dtype,
    private readonly numbers: Numbers
  ) {
    super()
  }

  generate(random: fc.Random, biasFactor: number | undefined): fc.Value<ReadonlyArray<HostTensor>> {
    const shapes = this.shapes.generate(random, biasFactor)
    const sizes = shapes.value_.map(sizeOf)
    const all = this.drawn(
      sizes.reduce((total, size) => total + size, 0),
      random,
      biasFactor
    )
    return this.made(new Origin(shapes, inRows(all, sizes), random.clone(), undefined))
  }

  /** Tensors of the user's own: how they could be simpler is not known. */
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- fast-check asks for a type predicate, which has to name it
  canShrinkWithoutContext(_value: unknown): _value is ReadonlyArray<HostTensor> {
    return false
  }

  shrink(_value: ReadonlyArray<HostTensor>, origin: unknown): fc.Stream<fc.Value<ReadonlyArray<HostTensor>>> {
    return origin instanceof Origin ? fc.stream(this.simpler(origin)) : fc.Stream.nil()
  }

  private *simpler(origin: Origin): IterableIterator<fc.Value<ReadonlyArray<HostTensor>>> {
    if (origin.simplified === undefined) {
      yield* this.smallerShapes(origin)
      yield* this.simplerNumbers(origin, 0)
    } else {
      yield* this.simplerNumbers(origin, origin.simplified)
      yield* this.smallerShapes(origin)
    }
  }

  private *smallerShapes({ shapes, rows, random }: Origin): IterableIterator<fc.Value<ReadonlyArray<HostTensor>>> {
    for (const smaller of this.shapes.shrink(shapes.value_, shapes.context)) {
      const sizes = smaller.value_.map(sizeOf)
      for (const kept of cuts(rows, sizes)) {
        const missing = sizes.map((size, i) => Math.max(0, size - (kept[i]?.length ?? 0)))
        const others = inRows(
          this.drawn(
            missing.reduce((total, size) => total + size, 0),
            random.clone(),
            undefined,
            kept.flat()
          ),
          missing
        )
        const filled = sizes.map((_, i) => [...(kept[i] ?? []), ...(others[i] ?? [])])
        yield this.made(new Origin(smaller, filled, random, undefined))
      }
    }
  }

  private *simplerNumbers(origin: Origin, start: number): IterableIterator<fc.Value<ReadonlyArray<HostTensor>>> {
    const all = origin.rows.flat()
    const lengths = origin.rows.map((row) => row.length)
    const made = (numbers: Drawn, simplified: number): fc.Value<ReadonlyArray<HostTensor>> =>
      this.made(new Origin(origin.shapes, inRows(numbers, lengths), origin.random, simplified))
    const { number, different, simplest } = this.numbers
    const isDistinct = all.length <= different && isAllDifferent(all)
    if (start === 0 && simplest.length >= all.length) {
      const first = all.map((_, i) => simplest[isDistinct ? i : 0]!)
      if (all.some(({ value_ }, i) => !Object.is(value_, first[i]))) {
        yield made(
          first.map((x) => new fc.Value(x, undefined)),
          0
        )
      }
    }
    for (let position = start; position < all.length; position++) {
      const x = all[position]!
      for (const simpler of number.shrink(x.value_, x.context)) {
        if (isDistinct && all.some(({ value_ }) => value_ === simpler.value_)) continue
        yield made(all.with(position, simpler), position)
      }
    }
  }

  /** Numbers that differ from each other and from those taken, as far as the kind asks for it. */
  private drawn(count: number, random: fc.Random, biasFactor: number | undefined, taken: Drawn = []): Drawn {
    const { number, different } = this.numbers
    if (count + taken.length > different) {
      return Array.from({ length: count }, () => number.generate(random, biasFactor))
    }
    const found = new Set(taken.map(({ value_ }) => value_))
    return Array.from({ length: count }, () => {
      let next = number.generate(random, biasFactor)
      while (found.has(next.value_)) next = number.generate(random, undefined)
      found.add(next.value_)
      return next
    })
  }

  private made(origin: Origin): fc.Value<ReadonlyArray<HostTensor>> {
    const tensors = origin.shapes.value_.map((shape, i) =>
      hostTensor(
        shape,
        (origin.rows[i] ?? []).map(({ value_ }) => value_),
        this.dtype
      )
    )
    return new fc.Value(tensors, origin)
  }
}

const inRows = (all: Drawn, lengths: ReadonlyArray<number>): ReadonlyArray<Drawn> => {
  let start = 0
  return lengths.map((length) => all.slice(start, (start += length)))
}

/** More are not tried: what is missed on the way from 100 numbers to 1 is found on the way from 50. */
const mostCuts = 16

/** Ways to keep this many numbers of each row: the first ones, the next, and so on, so that each number is in one. */
const cuts = (rows: ReadonlyArray<Drawn>, sizes: ReadonlyArray<number>): ReadonlyArray<ReadonlyArray<Drawn>> => {
  const ways = rows.map((row, i) => Math.ceil(row.length / Math.max(1, sizes[i] ?? 0)))
  const count = Math.max(1, Math.min(mostCuts, Math.max(...ways)))
  const all = Array.from({ length: count }, (_, way) =>
    rows.map((row, i) => {
      const size = sizes[i] ?? 0
      const last = Math.max(0, row.length - size)
      const start = count === 1 ? 0 : Math.round((last * way) / (count - 1))
      return row.slice(start, start + size)
    })
  )
  return all.filter((cut, i) => all.findIndex((other) => isSame(cut, other)) === i)
}

const isSame = (a: ReadonlyArray<Drawn>, b: ReadonlyArray<Drawn>): boolean =>
  a.every((row, i) => row.length === b[i]?.length && row.every((x, j) => x === b[i]?.[j]))

const isAllDifferent = (all: Drawn): boolean => new Set(all.map(({ value_ }) => value_)).size === all.length
