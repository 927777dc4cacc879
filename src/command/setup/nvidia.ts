/** NVIDIA's libraries, where the user's Python has them already. */
import { passed, runProgram } from './runProgram'
import type { World } from './world'

/** Prints the name, version and folder of each package that is there, a line each. */
const program = `
import importlib.metadata, os, sys
for name in sys.argv[1:]:
    try:
        package = importlib.metadata.distribution(name)
        print(name, package.version, os.path.join(os.path.realpath(package.locate_file('')), 'nvidia'))
    except importlib.metadata.PackageNotFoundError:
        pass
`

/** site-packages/nvidia, if all that TensorFlow wants lies there in versions that it takes. */
export const installedNvidia = async ({
  environment,
  stop,
  wheels
}: Pick<World, 'environment' | 'stop' | 'wheels'>): Promise<string | undefined> => {
  const names = wheels.nvidia.map(({ name }) => name)
  const ended = await runProgram('python3', ['-c', program, ...names], { environment, stop })
  const lines = ended.output.split('\n').map((line) => /^(\S+) (\S+) (.+)$/.exec(line)?.slice(1) ?? [])
  const found = new Map(lines.map(([name, version, folder]) => [name, { version, folder }]))
  const wanted = wheels.nvidia.map(({ name, version, least }) => {
    const package_ = found.get(name)
    return isBetween(package_?.version ?? '', least, version) ? package_?.folder : undefined
  })
  const [folder] = wanted
  return passed(ended) && wanted.every((other) => other === folder) ? folder : undefined
}

/** At least `least`, and of the main version of `pinned`. */
export const isBetween = (version: string, least: string, pinned: string): boolean => {
  const parts = version.split('.').map(Number)
  if (parts[0] !== Number(pinned.split('.')[0])) return false
  const differences = least.split('.').map((part, index) => (parts[index] ?? 0) - Number(part))
  return (differences.find((difference) => difference !== 0) ?? 0) >= 0
}
