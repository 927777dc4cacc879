import fc from 'fast-check'

/** What fast-check makes of the first example that fails: one is found for each seed. */
export const shrunk = <A>(arbitrary: fc.Arbitrary<A>, fails: (value: A) => boolean, seed: number): A => {
  const { counterexample } = fc.check(
    fc.property(arbitrary, (value) => !fails(value)),
    { seed, numRuns: 5000 }
  )
  if (counterexample === null) throw new Error('no example fails')
  return counterexample[0]
}

/** Seeds from which examples are shrunk. */
export const seeds = Array.from({ length: 20 }, (_, seed) => seed)
