/** Assertions that the compiler makes: ts-jest fails a spec whose types are wrong, and one whose expected error is none. */

// The compiler takes two deferred conditional types for the same only if what they depend on is.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- T is what defers them
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Its argument has this very type, neither wider nor narrower. */
export const hasType =
  <Expected>() =>
  <Actual>(value: Actual, ...proof: Same<Expected, Actual> extends true ? [] : [proof: 'these types differ']): void => {
    // The compiler has decided; a value is there all the same.
    expect([value, proof.length]).toEqual([value, 0])
  }

/** A program that must not compile, marked with ts-expect-error inside: it is not run. */
export const neverCompiles = (...programs: ReadonlyArray<() => unknown>): void => {
  expect(programs.length).toBeGreaterThan(0)
}
