/** Where `gradfold setup-tensorflow` puts TensorFlow, and the record that it leaves when all is done and checked. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Either, left, right } from 'fp-ts/Either'

export const PACKAGE = '@tensorflow/tfjs-node-gpu'
export const PACKAGE_VERSION = '4.22.0'

/** Relative to the package's folder. */
export const ADDON = join('lib', 'napi-v8', 'tfjs_binding.node')
export const RECORD = join('deps', 'gradfold.json')

/** What setup did. Written last, so where it is, a computation has come out right. */
export interface SetupRecord {
  /** TensorFlow's version, as the library says it. */
  readonly tensorflow: string
  readonly build: 'cpu' | 'cuda' | 'given'
  /** The wheel with its hash, or the folder that was given. */
  readonly source: string
  /** Bytes of each library and of the addon, by path relative to the package's folder. */
  readonly files: Readonly<Record<string, number>>
}

/** The package's folder: beside gradfold, or in the program's own node_modules. */
export const findPackage = (): string | undefined => {
  try {
    return dirname(require.resolve(`${PACKAGE}/package.json`, { paths: [__dirname, process.cwd()] }))
  } catch {
    return undefined
  }
}

/** What stands there complete; else what is missing, for people. */
export const readSetup = (folder: string): Either<string, SetupRecord> => {
  const file = join(folder, RECORD)
  if (!existsSync(file)) {
    return left(
      existsSync(join(folder, 'deps')) ? `the setup of ${PACKAGE} did not come to its end` : `${PACKAGE} is not set up`
    )
  }
  try {
    const record = JSON.parse(readFileSync(file, 'utf8')) as SetupRecord
    if (typeof record.files[ADDON] !== 'number') return left(`${RECORD} is no record of a setup`)
    const spoiled = Object.entries(record.files).find(
      ([path, bytes]) => statSync(join(folder, path), { throwIfNoEntry: false })?.size !== bytes
    )
    return spoiled === undefined ? right(record) : left(`${spoiled[0]} is not the file that setup checked`)
  } catch {
    return left(`${RECORD} is no record of a setup`)
  }
}
