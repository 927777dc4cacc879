/** One setup at a time: a file that names the process, void once that process is gone. */
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { codeOf, type Outcome, paused } from './failure'

export const LOCK = 'deps.lock'

/** Does the work while no other process does any; the lock is released whatever comes of it. */
export const withLock = async <A>(folder: string, work: () => Promise<Outcome<A>>): Promise<Outcome<A>> => {
  const file = join(folder, LOCK)
  const own = `${process.pid} ${(await startOf(process.pid)) ?? ''}`
  while (!(await create(file, own))) {
    const holder = await readHolder(file)
    const [pid = '', start] = holder.split(' ')
    if (start !== undefined && start === (await startOf(pid))) {
      return paused(
        `Process ${pid} is setting up TensorFlow in ${folder} just now. Wait for it, or end it (kill ${pid}) and run the ` +
          'command again.'
      )
    }
    await takeAway(file, holder)
  }
  try {
    return await work()
  } finally {
    await rm(file, { force: true })
  }
}

const create = async (file: string, text: string): Promise<boolean> => {
  try {
    await writeFile(file, text, { flag: 'wx' })
    return true
  } catch (thrown) {
    if (codeOf(thrown) === 'EEXIST') return false
    // On a full disk the file is there, but empty.
    await rm(file, { force: true })
    throw thrown
  }
}

/** Between being created and being written, a lock is empty. */
const readHolder = async (file: string): Promise<string> => {
  const text = await readFile(file, 'utf8').catch(() => '')
  if (text !== '') return text
  await setTimeout(100)
  return readFile(file, 'utf8').catch(() => '')
}

/** Removes a void lock, but not the one that a faster process has put there since. */
const takeAway = async (file: string, holder: string): Promise<void> => {
  const aside = `${file}.${process.pid}`
  try {
    await rename(file, aside)
  } catch {
    return
  }
  const taken = await readFile(aside, 'utf8')
  if (taken !== holder) await create(file, taken)
  await rm(aside, { force: true })
}

/**
 * When a process began; undefined if it is gone. Its number alone may be another's by now, above all after a restart in a
 * container.
 */
const startOf = async (pid: number | string): Promise<string | undefined> => {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The start is the 20th field after the name, which stands in parentheses and may hold anything.
  return status.slice(status.lastIndexOf(')') + 2).split(' ')[19]
}
