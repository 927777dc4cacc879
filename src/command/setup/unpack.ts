/** Takes out of a wheel, which is a zip, the few files that are wanted. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { right } from 'fp-ts/Either'
import { diskFull, type Outcome, paused, spoiled } from './failure'
import { passed, runProgram } from './runProgram'
import { finish, remove, removeWork, workFolder } from './staging'
import type { Wheel } from './wheels'
import type { World } from './world'

/** Python is there for pip anyway, and its zipfile checks each file's sum. */
const program = `
import json, os, shutil, sys, zipfile
wheel, target, takes = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
with zipfile.ZipFile(wheel) as archive:
    for entry in archive.infolist():
        for begin, end in takes.items():
            if not entry.filename.startswith(begin) or entry.is_dir():
                continue
            path = os.path.join(target, end + entry.filename[len(begin):])
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with archive.open(entry) as source, open(path, 'wb') as copy:
                shutil.copyfileobj(source, copy, 1 << 20)
            if entry.external_attr >> 16 & 0o100:
                os.chmod(path, 0o755)
`

export const isUnpacked = (staging: string, { products }: Wheel): boolean =>
  products.every((product) => existsSync(join(staging, product)))

/** Unpacks and deletes the wheel. */
export const unpack = async (
  { environment, stop }: Pick<World, 'environment' | 'stop'>,
  staging: string,
  wheel: Wheel,
  file: string
): Promise<Outcome<undefined>> => {
  const work = await workFolder(staging)
  const ended = await runProgram('python3', ['-c', program, file, work, JSON.stringify(wheel.takes)], {
    environment,
    stop,
    folder: work
  })
  if (!passed(ended)) {
    if (ended.how === 'stopped') return paused('Unpacking was stopped.')
    if (/No space left on device|Disk quota exceeded/.test(ended.errors)) return diskFull(staging)
    await remove(file)
    const last = ended.signal ?? ended.errors.trim().split('\n').at(-1) ?? ''
    return paused(
      `${wheel.file} could not be unpacked (${last}), although its hash was right: the disk or the memory may be failing or ` +
        'full. It was thrown away; run the command again.'
    )
  }
  const absent = wheel.products.find((product) => !existsSync(join(work, product)))
  if (absent !== undefined)
    return spoiled(`${wheel.file} has no ${absent}: this gradfold is broken, or not as published.`)
  for (const product of wheel.products) await finish(join(work, product), join(staging, product))
  await removeWork(staging)
  await remove(file)
  return right(undefined)
}
