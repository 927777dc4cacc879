/**
 * A machine in a folder: the package's files, and programs named python3, npm, g++ and make that are shell scripts and do
 * what setup expects of them, or what a spec asks of them by a file's name:
 *
 *     state/hold-STAGE   that stage says that it is there (state/at-STAGE) and waits until that file is gone
 *     state/fail-STAGE   that stage prints this file's text on standard error and fails
 *     state/calls        the stages that ran, a line each
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { left, right } from 'fp-ts/Either'
import type { NvidiaWheel } from '../../../src/command/setup/nvidiaWheels'
import { reportTo } from '../../../src/command/setup/report'
import { FRAMEWORK, LIBRARY, type Wheel } from '../../../src/command/setup/wheels'
import type { World } from '../../../src/command/setup/world'

export interface Sandbox {
  readonly root: string
  /** The package's folder. */
  readonly folder: string
  /** Where the programs are. */
  readonly programs: string
  readonly state: string
}

/** What a spec changes of the world of a sandbox. */
export type Changes = Partial<Omit<World, 'report'>>

const preamble = (state: string): string => `#!/bin/sh
PATH=/usr/bin:/bin
stage() {
  echo "$1" >> '${state}/calls'
  if [ -e '${state}/hold-'$1 ]; then : > '${state}/at-'$1; while [ -e '${state}/hold-'$1 ]; do sleep 0.05; done; fi
  if [ -e '${state}/fail-'$1 ]; then cat '${state}/fail-'$1 >&2; exit 1; fi
}
`

/** The stand-in for a wheel is this text; unpacked it is the files that the wheel's products name. */
const wheelText = (name: string): string => `the wheel of ${name}\n`

const wheel = (name: string, products: ReadonlyArray<string>): Wheel => ({
  name,
  version: '1.2.3',
  file: `${name}-1.2.3.whl`,
  sha256: createHash('sha256').update(wheelText(name)).digest('hex'),
  bytes: 1000,
  platform: 'any',
  takes: Object.fromEntries(products.map((product) => [product, product])),
  products,
  unpacked: 2000
})

const tensorflow = [`deps/lib/${LIBRARY}`, `deps/lib/${FRAMEWORK}`, 'include']

export const wheels: World['wheels'] = {
  cpu: wheel('cpu', tensorflow),
  cuda: wheel('cuda', tensorflow),
  nvidia: ['one', 'two'].map((name): NvidiaWheel => ({ ...wheel(name, [`deps/nvidia/${name}`]), least: '1.1.0' }))
}

export const makeSandbox = (): Sandbox => {
  const root = mkdtempSync(join(tmpdir(), 'gradfold-setup-'))
  const sandbox = {
    root,
    folder: join(root, 'node_modules', 'package'),
    programs: join(root, 'programs'),
    state: join(root, 'state')
  }
  const { folder, programs, state } = sandbox
  for (const path of [join(folder, 'binding'), programs, state]) mkdirSync(path, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "name": "package", "version": "4.22.0" }')
  writeFileSync(join(folder, 'binding.gyp'), '{}')
  writeFileSync(join(folder, 'binding', 'code.cc'), '')
  const program = (name: string, body: string): void =>
    writeFileSync(join(programs, name), preamble(state) + body, { mode: 0o755 })
  program('g++', 'echo "g++ (Some Linux) 12.2.0"\n')
  program('make', 'echo "GNU Make 4.3"\n')
  // Download: the name before == is the wheel's, and -d comes last. Unpacking: python3 -c PROGRAM WHEEL TARGET TAKES.
  program(
    'python3',
    `case "$1 $2 $3" in
--version*) echo "Python 3.11.7" ;;
"-m pip --version") [ -e '${state}/no-pip' ] && exit 1; echo "pip 23.2.1 from somewhere" ;;
"-m pip download")
  for word do [ "$last" = -r ] && list=$word; last=$word; done
  name=$(sed 's/==.*//' "$list")
  stage download
  echo "the wheel of $name" > "$last/$name-1.2.3.whl" ;;
-c*)
  case "$3" in
  *.whl)
    stage unpack
    echo "$5" | tr ',{}' '\\n\\n\\n' | sed -n 's/.*:"\\(.*\\)"/\\1/p' | while read -r product; do
      mkdir -p "$4/$(dirname "$product")"; echo "$product of $(cat "$3")" > "$4/$product"
    done ;;
  *) cat '${state}/installed' 2>/dev/null; exit 0 ;;
  esac ;;
esac
`
  )
  program(
    'npm',
    `case "$1" in
--version) echo "11.1.0" ;;
run) stage build; mkdir -p lib/napi-v8; cat deps/lib/libtensorflow.so > lib/napi-v8/tfjs_binding.node ;;
install) stage install; mkdir -p '${root}/app/node_modules'; echo "$@" > '${state}/installed-by-npm' ;;
esac
`
  )
  return sandbox
}

/** What stands for the addon is the library's text; a library that says "broken" does not compute. */
export const probeIn = ({ state }: Sandbox): World['probe'] => {
  return async (addon, build) => {
    writeFileSync(join(state, 'calls'), 'check\n', { flag: 'a' })
    if (existsSync(join(state, 'hold-check'))) {
      writeFileSync(join(state, 'at-check'), '')
      await setTimeout(30_000)
    }
    if (existsSync(join(state, 'fail-check'))) return left(readFileSync(join(state, 'fail-check'), 'utf8'))
    const log =
      build === 'cuda' ? 'I0000 00:00:1.1   1 cudart_stub.cc:31] Could not find cuda drivers on your machine.\n' : ''
    return existsSync(addon) ? right({ version: '1.2.3', gpu: false, log }) : left(`${addon} is not there`)
  }
}

export const worldIn = (sandbox: Sandbox, report: World['report'], changes: Changes = {}): World => ({
  environment: { PATH: sandbox.programs },
  stop: new AbortController().signal,
  report,
  machine: { system: 'linux', processor: 'x64', glibc: '2.36', gpu: false },
  freeBytes: () => Promise.resolve(1e12),
  findFolder: () => sandbox.folder,
  home: sandbox.root,
  probe: probeIn(sandbox),
  wheels,
  ...changes
})

export interface Heard {
  readonly report: World['report']
  /** All that was said. */
  readonly said: () => string
  readonly complained: () => string
}

export const listen = (): Heard => {
  const texts = { output: '', errors: '' }
  const into = (name: 'output' | 'errors'): Writable =>
    new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        texts[name] += chunk.toString()
        done()
      }
    })
  return {
    report: reportTo(into('output'), into('errors')),
    said: () => texts.output,
    complained: () => texts.errors
  }
}

export const say = ({ state }: Sandbox, name: string, text = ''): void => writeFileSync(join(state, name), text)
export const unsay = ({ state }: Sandbox, name: string): void => rmSync(join(state, name), { force: true })

/** The stages that ran since the last question. */
export const calls = ({ state }: Sandbox): ReadonlyArray<string> => {
  const file = join(state, 'calls')
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  rmSync(file, { force: true })
  return text.split('\n').filter((line) => line !== '')
}

/** Waits until a stage that was asked to wait is there. */
export const reached = async ({ state }: Sandbox, stage: string): Promise<void> => {
  for (let tries = 0; !existsSync(join(state, `at-${stage}`)); tries++) {
    if (tries > 3000) throw new Error(`${stage} was not reached`)
    await setTimeout(10)
  }
}
