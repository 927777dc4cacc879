import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { right } from 'fp-ts/Either'
import { checkMachine, checkTools } from '../../../src/command/setup/requirements'
import { listen, makeSandbox, type Sandbox, say, worldIn } from '../support/sandbox'

let sandbox: Sandbox
beforeEach(() => {
  sandbox = makeSandbox()
})
afterEach(() => rmSync(sandbox.root, { recursive: true }))

const check = (
  settings: { readonly download?: boolean; readonly free?: number } = {}
): ReturnType<typeof checkTools> => {
  const { download = true, free = 1e12 } = settings
  const world = worldIn(sandbox, listen().report, { freeBytes: () => Promise.resolve(free) })
  return checkTools(world, { folder: '/the/folder', download, bytes: 1_180_000_000 })
}
const message = async (settings?: Parameters<typeof check>[0]): Promise<string> => {
  const found = await check(settings)
  if (found._tag === 'Right') throw new Error('nothing is missing')
  return found.left.message
}
const without = (...names: ReadonlyArray<string>): void => names.forEach((name) => rmSync(join(sandbox.programs, name)))

describe('checkTools', () => {
  it('gives the versions of what is there', async () => {
    expect(await check()).toEqual(right('g++ 12.2.0, make 4.3, python3 3.11.7, pip 23.2.1, npm 11.1.0'))
    expect(await check({ download: false })).toEqual(right('g++ 12.2.0, make 4.3, python3 3.11.7, npm 11.1.0'))
  })

  it.each([
    ['g++', 'g++ (a C++ compiler)', 'g++', 'gcc-c++', 'gcc'],
    ['make', 'make', 'make', 'make', 'make'],
    ['npm', 'npm', 'npm', 'npm', 'npm'],
    ['python3', 'python3, pip', 'python3 python3-pip', 'python3 python3-pip', 'python python-pip']
  ])('says how to install %s', async (name, words, apt, dnf, pacman) => {
    without(name)
    expect(await message()).toBe(
      `Setup needs what is missing here: ${words}.
  Debian, Ubuntu:  sudo apt install ${apt}
  Fedora, Red Hat: sudo dnf install ${dnf}
  Arch:            sudo pacman -S ${pacman}`
    )
  })

  it('asks for pip by its own name, and not at all if nothing is downloaded', async () => {
    say(sandbox, 'no-pip')
    expect(await message()).toMatch(/missing here: pip\.\n.*sudo apt install python3-pip\n/)
    expect((await check({ download: false }))._tag).toBe('Right')
  })

  it('says all at once, the disk included', async () => {
    without('g++', 'make', 'python3', 'npm')
    expect(await message({ free: 4e8 })).toMatch(
      /^Setup needs what is missing here: g\+\+ \(a C\+\+ compiler\), make, python3, pip, npm, 1\.2 GB of free space in \/the\/folder \(400 MB are free\)\.\n/
    )
  })

  it('takes the compiler that CXX names', async () => {
    const environment = { PATH: sandbox.programs, CXX: 'no-such-compiler -O1' }
    const found = await checkTools(worldIn(sandbox, listen().report, { environment }), {
      folder: '/',
      download: false,
      bytes: 0
    })
    expect(found).toMatchObject({
      left: { message: expect.stringContaining('missing here: no-such-compiler -O1.') as string }
    })
  })
})

describe('checkMachine', () => {
  const linux = { system: 'linux', processor: 'x64', glibc: '2.27', gpu: false }

  it('takes Linux on x64 with the GNU C library of 2.27 or later', () => {
    for (const glibc of ['2.27', '2.36', '3.0']) expect(checkMachine({ ...linux, glibc })._tag).toBe('Right')
    for (const glibc of ['2.26', '2.9', '1.99', undefined]) expect(checkMachine({ ...linux, glibc })._tag).toBe('Left')
    expect(checkMachine({ ...linux, processor: 'arm64' })).toMatchObject({
      left: { message: expect.stringMatching(/this is linux on arm64\. .*--from DIR/) as string }
    })
  })
})
