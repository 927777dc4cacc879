import fc from 'fast-check'

/** Numbers that are drawn alike. */
export interface NumberGroup {
  /** How often one of them is drawn, beside the weights of the other groups. */
  readonly weight: number
  readonly numbers: ReadonlyArray<number>
}

/**
 * One of these numbers. It shrinks towards the first of the first group, by way of the others there: fast-check's own
 * choices go to the first one or stay, and its integers only ever halve their distance.
 */
export const oneOf = (...groups: ReadonlyArray<NumberGroup>): fc.Arbitrary<number> => new OneOf(groups)

/** So many of the first ones are all tried. */
const simplest = 16

class OneOf extends fc.Arbitrary<number> {
  private readonly all: ReadonlyArray<number>
  private readonly total: number

  constructor(private readonly groups: ReadonlyArray<NumberGroup>) {
    super()
    this.all = groups.flatMap(({ numbers }) => numbers)
    this.total = groups.reduce((sum, { weight }) => sum + weight, 0)
  }

  generate(random: fc.Random): fc.Value<number> {
    let place = random.nextInt(1, this.total)
    let start = 0
    for (const { weight, numbers } of this.groups) {
      if (place <= weight) return this.at(start + random.nextInt(0, numbers.length - 1))
      place -= weight
      start += numbers.length
    }
    return this.at(0)
  }

  canShrinkWithoutContext(value: unknown): value is number {
    return this.all.some((number) => Object.is(number, value))
  }

  shrink(value: number, position: unknown): fc.Stream<fc.Value<number>> {
    const known = typeof position === 'number' ? position : this.all.findIndex((number) => Object.is(number, value))
    return fc.stream(this.simpler(known))
  }

  private *simpler(position: number): IterableIterator<fc.Value<number>> {
    for (let i = 0; i < Math.min(simplest, position); i++) yield this.at(i)
    for (let step = Math.floor((position - simplest) / 2); step > 0; step = Math.floor(step / 2)) {
      yield this.at(position - step)
    }
  }

  private at(position: number): fc.Value<number> {
    return new fc.Value(this.all[position]!, position)
  }
}
