/** What a setup consists of: what is downloaded and what is linked. */
import { resolve } from 'node:path'
import { isLeft, right } from 'fp-ts/Either'
import type { Outcome } from './failure'
import { findGiven } from './given'
import { installedNvidia } from './nvidia'
import { LIBRARY, sourceOf, type Wheel } from './wheels'
import type { Build, World } from './world'

/** What the user asked for. */
export type Request = { readonly build: 'cpu' | 'cuda' } | { readonly build: 'given'; readonly from: string }

export interface Plan {
  readonly build: Build
  /** What tells it from other plans: the wheel with its hash, or the folder. */
  readonly source: string
  readonly wheels: ReadonlyArray<Wheel>
  /** What is linked, by its place relative to the staging folder. */
  readonly links: Readonly<Record<string, string>>
  /** The name of the main library. */
  readonly library: string
}

/** For people: "TensorFlow (CPU)". */
export const describeBuild = (build: Build): string =>
  ({ cpu: 'TensorFlow for the CPU', cuda: 'TensorFlow for CUDA', given: 'the given TensorFlow' })[build]

export const makePlan = async (request: Request, world: World): Promise<Outcome<Plan>> => {
  const { build } = request
  if (build === 'given') {
    const given = findGiven(request.from)
    return isLeft(given) ? given : right({ build, source: resolve(request.from), wheels: [], ...given.right })
  }
  const wheel = world.wheels[build]
  const plan = { build, source: sourceOf(wheel), library: LIBRARY }
  if (build === 'cpu') return right({ ...plan, wheels: [wheel], links: {} })
  const nvidia = await installedNvidia(world)
  return right(
    nvidia === undefined
      ? { ...plan, wheels: [wheel, ...world.wheels.nvidia], links: {} }
      : { ...plan, wheels: [wheel], links: { 'deps/nvidia': nvidia } }
  )
}
