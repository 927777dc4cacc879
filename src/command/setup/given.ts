/** A TensorFlow that the user has. */
import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { right } from 'fp-ts/Either'
import { type Outcome, paused } from './failure'
import { FRAMEWORK, LIBRARY } from './wheels'

export interface Given {
  /** The main library's name, as the addon will look for it. */
  readonly library: string
  /** What is linked, by its place relative to the staging folder. */
  readonly links: Readonly<Record<string, string>>
}

/** libtensorflow's own name; a wheel has it in two parts. */
const ARCHIVE_LIBRARY = 'libtensorflow.so.2'
const HEADER = join('tensorflow', 'c', 'c_api.h')

/** Finds libraries and headers: the archive of libtensorflow has lib/ and include/, a wheel all in tensorflow/. */
export const findGiven = (folder: string): Outcome<Given> => {
  const root = resolve(folder)
  if (statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true)
    return paused(`There is no folder ${root}: look at --from.`)
  const tops = [root, join(root, 'tensorflow')]
  const places = tops.flatMap((top) => [join(top, 'lib'), top].map((libraries) => ({ top, libraries })))
  for (const { top, libraries } of places) {
    const library = [LIBRARY, ARCHIVE_LIBRARY].find((name) => existsSync(join(libraries, name)))
    if (library === undefined) continue
    const absent = [join(libraries, FRAMEWORK), join(top, 'include', HEADER)].find((path) => !existsSync(path))
    if (absent !== undefined)
      return paused(
        `${join(libraries, library)} is there, but ${absent} is not: the TensorFlow in ${root} is not complete.`
      )
    const nvidia = join(top, '..', 'nvidia')
    return right({
      library,
      links: {
        [`deps/lib/${library}`]: join(libraries, library),
        [`deps/lib/${FRAMEWORK}`]: join(libraries, FRAMEWORK),
        include: join(top, 'include'),
        ...(existsSync(join(nvidia, 'cudnn')) && { 'deps/nvidia': nvidia })
      }
    })
  }
  return paused(
    `No TensorFlow was found in ${root}. --from takes the folder of an unpacked libtensorflow archive (lib/${ARCHIVE_LIBRARY}, ` +
      `lib/${FRAMEWORK}, include/), or Python's site-packages or an unpacked wheel (tensorflow/${LIBRARY}, ` +
      `tensorflow/${FRAMEWORK}, tensorflow/include/).`
  )
}
