/** What the examples have in common as programs: settings, and an end with a sentence instead of a stack. */
import { parseArgs } from 'node:util'
import { isLeft } from 'fp-ts/Either'
import { type Result, show } from 'gradfold'

export const stop = (reason: string): never => {
  console.error(reason)
  process.exit(1)
}

/** The right of a Result, or the end of the program with a sentence that says why. */
export const orExit = <A>(result: Result<A>): A => (isLeft(result) ? stop(show(result.left)) : result.right)

/** The program's settings, `--name value`, or their defaults. */
export const settingsOf = <K extends string>(defaults: Readonly<Record<K, string>>): Readonly<Record<K, string>> => {
  const usage = Object.entries<string>(defaults).map(([name, value]) => `--${name} ${value === '' ? '...' : value}`)
  const options = Object.fromEntries(
    Object.entries<string>(defaults).map(([name, value]) => [name, { type: 'string' as const, default: value }])
  )
  try {
    return { ...defaults, ...parseArgs({ options }).values }
  } catch (thrown) {
    return stop(`${thrown instanceof Error ? thrown.message : String(thrown)}\nSettings: ${usage.join(' ')}`)
  }
}

/** Runs a program that waits. */
export const start = (main: () => Promise<void>): void => {
  main().catch((thrown: unknown) => stop(String(thrown)))
}
