/** Gets a wheel from the package index that the user's pip is set up for. */
import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { isLeft, right } from 'fp-ts/Either'
import { diskFull, type Outcome, paused } from './failure'
import { type Ended, passed, runProgram } from './runProgram'
import { finish, remove, removeWork, workFolder } from './staging'
import type { Wheel } from './wheels'
import type { World } from './world'

/** The wheel's file in the staging folder, with the hash that it has to have. */
export const download = async (
  { environment, stop, report }: Pick<World, 'environment' | 'stop' | 'report'>,
  staging: string,
  wheel: Wheel
): Promise<Outcome<string>> => {
  const file = join(staging, 'wheels', wheel.file)
  if (existsSync(file)) {
    if ((await hashOf(file)) === wheel.sha256) return right(file)
    await remove(file)
  }
  const work = await workFolder(staging)
  const wanted = join(work, 'requirements.txt')
  await writeFile(wanted, `${wheel.name}==${wheel.version} --hash=sha256:${wheel.sha256}\n`)
  // The wheel is for a Python that need not be here: only the libraries in it are wanted.
  const ended = await runProgram(
    'python3',
    [
      ...['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--python-version', '3.12'],
      ...['--platform', wheel.platform, '--require-hashes', '-r', wanted, '-d', work]
    ],
    {
      // pip's own temporary files lie in the folder that is removed whatever happens.
      environment: { ...environment, TMPDIR: work, PIP_NO_INPUT: '1', PIP_REQUIRE_VIRTUALENV: '0' },
      stop,
      folder: work,
      showOutput: report.isTerminal
    }
  )
  const outcome = passed(ended) ? right(undefined) : refused(ended, wheel, staging)
  if (isLeft(outcome)) return outcome
  if (!existsSync(join(work, wheel.file))) {
    return paused(
      `pip ended well, but ${wheel.file} is not there. A setting of pip's may send downloads elsewhere: pip config list.`
    )
  }
  await finish(join(work, wheel.file), file)
  await removeWork(staging)
  return right(file)
}

const hashOf = async (file: string): Promise<string> => {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash)
  return hash.digest('hex')
}

/** pip's complaint in other words: which of the four usual things it is. */
const refused = ({ errors, output }: Ended, wheel: Wheel, staging: string): Outcome<never> => {
  const text = `${output}\n${errors}`
  const name = `${wheel.name} ${wheel.version}`
  if (/No space left on device|Disk quota exceeded/.test(text)) return diskFull(staging)
  if (/DO NOT MATCH THE HASHES|Expected sha256/.test(text)) {
    const got = /Got\s+([0-9a-f]{64})/.exec(text)?.[1] ?? 'another one'
    return paused(
      `The download of ${name} is not the file that gradfold was tested with: its SHA-256 should be ${wheel.sha256} and is ` +
        `${got}. Either the transfer was disturbed or a mirror or proxy hands out something else. It was thrown away; run ` +
        'the command again, and if it repeats look at where pip downloads from: pip config list.'
    )
  }
  const words = lastWords(errors)
  if (
    /NewConnectionError|Failed to establish|Name or service|name resolution|Connection|timed out|Proxy|SSLError/i.test(
      text
    )
  ) {
    return paused(
      `pip could not reach its package index for ${name} (${words}). There is probably no network, or a proxy that pip is ` +
        'not told of (HTTPS_PROXY). Without a network, say in which folder the file lies (PIP_NO_INDEX=1 PIP_FIND_LINKS=DIR), ' +
        'or hand over a TensorFlow that is there: --from DIR.'
    )
  }
  return /No matching distribution/.test(text)
    ? paused(
        `The package index that pip asks does not have ${wheel.file} (${words}). It may be a mirror that lacks it: see ` +
          'pip config list, or name another: PIP_INDEX_URL.'
      )
    : paused(`pip could not download ${name}: ${words}. Run the command again.`)
}

const lastWords = (errors: string): string => {
  const lines = errors.split('\n').filter((line) => line.trim() !== '')
  return (lines.findLast((line) => line.startsWith('ERROR')) ?? lines.at(-1) ?? 'it said nothing').trim()
}
