/** What has to be on the machine before anything is downloaded; all that is missing is said at once. */
import { right } from 'fp-ts/Either'
import { type Outcome, paused } from './failure'
import { size } from './report'
import { passed, runProgram } from './runProgram'
import type { Machine, World } from './world'

/** The least GNU C library that the pinned libraries run with: their tag says manylinux_2_27. */
const LEAST_GLIBC = [2, 27] as const

interface Tool {
  readonly name: string
  readonly command: ReadonlyArray<string>
  /** Finds the version in what the command prints. */
  readonly version: RegExp
  readonly packages: Readonly<Record<System, string>>
}

type System = 'apt' | 'dnf' | 'pacman'
const installers: Readonly<Record<System, string>> = {
  apt: 'Debian, Ubuntu:  sudo apt install',
  dnf: 'Fedora, Red Hat: sudo dnf install',
  pacman: 'Arch:            sudo pacman -S'
}

const tools = (environment: NodeJS.ProcessEnv, download: boolean): ReadonlyArray<Tool> => [
  {
    name: environment['CXX'] ?? 'g++',
    command: [...(environment['CXX'] ?? 'g++').split(' '), '--version'],
    version: /\d+\.\d[\d.]*/,
    packages: { apt: 'g++', dnf: 'gcc-c++', pacman: 'gcc' }
  },
  {
    name: 'make',
    command: ['make', '--version'],
    version: /\d+\.\d[\d.]*/,
    packages: { apt: 'make', dnf: 'make', pacman: 'make' }
  },
  {
    name: 'python3',
    command: ['python3', '--version'],
    version: /\d+\.\d[\d.]*/,
    packages: { apt: 'python3', dnf: 'python3', pacman: 'python' }
  },
  ...(download ? [pip] : []),
  {
    name: 'npm',
    command: ['npm', '--version'],
    version: /\d+\.\d[\d.]*/,
    packages: { apt: 'npm', dnf: 'npm', pacman: 'npm' }
  }
]

const pip: Tool = {
  name: 'pip',
  command: ['python3', '-m', 'pip', '--version'],
  version: /\d+\.\d[\d.]*/,
  packages: { apt: 'python3-pip', dnf: 'python3-pip', pacman: 'python-pip' }
}

/** Whether the pinned libraries can run here at all. */
export const checkMachine = ({ system, processor, glibc }: Machine): Outcome<undefined> => {
  if (system !== 'linux' || processor !== 'x64') {
    return paused(
      `Setup downloads TensorFlow for Linux on x64, and this is ${system} on ${processor}.` +
        (system === 'linux' ? ' If you have a TensorFlow for it, hand it over: --from DIR.' : '')
    )
  }
  if (glibc === undefined) {
    return paused(
      'TensorFlow needs the GNU C library, and this Linux has another one (Alpine has musl). Use an image that is built on ' +
        'Debian, such as node:22-slim.'
    )
  }
  const [major = 0, minor = 0] = glibc.split('.').map(Number)
  return major > LEAST_GLIBC[0] || (major === LEAST_GLIBC[0] && minor >= LEAST_GLIBC[1])
    ? right(undefined)
    : paused(`TensorFlow needs the GNU C library ${LEAST_GLIBC.join('.')} or later, and this system has ${glibc}.`)
}

/** The versions of the tools, for people; else all that is missing, with the commands that install it. */
export const checkTools = async (
  { environment, stop, freeBytes }: Pick<World, 'environment' | 'stop' | 'freeBytes'>,
  { folder, download, bytes }: { readonly folder: string; readonly download: boolean; readonly bytes: number }
): Promise<Outcome<string>> => {
  const found = await Promise.all(
    tools(environment, download).map(async (tool) => {
      const [program = '', ...settings] = tool.command
      const ended = await runProgram(program, settings, { environment, stop })
      return { tool, version: passed(ended) ? (tool.version.exec(ended.output)?.[0] ?? '') : undefined }
    })
  )
  const missing = found.flatMap(({ tool, version }) => (version === undefined ? [tool] : []))
  const free = await freeBytes(folder)
  const space = free < bytes ? [`${size(bytes)} of free space in ${folder} (${size(free)} are free)`] : []
  if (missing.length === 0 && space.length === 0) {
    return right(found.map(({ tool, version }) => `${tool.name} ${version ?? ''}`.trim()).join(', '))
  }
  const wanted = [...missing.map(({ name }) => (name === 'g++' ? 'g++ (a C++ compiler)' : name)), ...space]
  return paused([`Setup needs what is missing here: ${wanted.join(', ')}.`, ...commands(missing)].join('\n'))
}

const commands = (missing: ReadonlyArray<Tool>): ReadonlyArray<string> =>
  missing.length === 0
    ? []
    : (['apt', 'dnf', 'pacman'] as const).map(
        (system) => `  ${installers[system]} ${missing.map(({ packages }) => packages[system]).join(' ')}`
      )
