import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { right } from 'fp-ts/Either'
import { LOCK, withLock } from '../../../src/command/setup/lock'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gradfold-lock-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const file = (): string => join(folder, LOCK)

describe('withLock', () => {
  it('holds the lock while it works, and no longer', async () => {
    const held = await withLock(folder, () => Promise.resolve(right(readFileSync(file(), 'utf8'))))
    expect(held).toEqual(right(expect.stringMatching(new RegExp(`^${process.pid} \\d+$`))))
    expect(readdirSync(folder)).toEqual([])
    await expect(withLock(folder, () => Promise.reject(new Error('bad luck')))).rejects.toThrow('bad luck')
    expect(readdirSync(folder)).toEqual([])
  })

  it('lets one work at a time, and names it', async () => {
    const second = await withLock(folder, async () =>
      right(await withLock(folder, () => Promise.resolve(right('both'))))
    )
    expect(second).toMatchObject({
      right: { left: { message: expect.stringMatching(new RegExp(`^Process ${process.pid} is setting up`)) as string } }
    })
    expect(existsSync(file())).toBe(false)
  })

  it.each([
    ['a process that is gone', '999999999 1'],
    ['a process that has the number of one that is gone', `${process.pid} 1`],
    ['nobody', ''],
    ['no process at all', 'nonsense']
  ])('takes the lock of %s over', async (_, content) => {
    writeFileSync(file(), content)
    expect(await withLock(folder, () => Promise.resolve(right('done')))).toEqual(right('done'))
    expect(readdirSync(folder)).toEqual([])
  })

  it('lets one of many take a void lock over', async () => {
    writeFileSync(file(), '999999999 1')
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, () => withLock(folder, async () => right(await setTimeout(100, 'worked'))))
    )
    expect(outcomes.filter(({ _tag }) => _tag === 'Right')).toHaveLength(1)
    expect(readdirSync(folder)).toEqual([])
  })
})
