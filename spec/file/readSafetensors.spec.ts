import fs from 'node:fs'
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { right } from 'fp-ts/Either'
import { type HostTensor, readSafetensors, writeSafetensors } from 'gradfold'
import { leftOf, rightOf } from '../support/results'
import { fileOf } from './support/hostileFiles'

const folder = fs.mkdtempSync(join(tmpdir(), 'gradfold-'))
const file = join(folder, 'model.safetensors')
const tensor: HostTensor = { shape: [2], dtype: 'float32', values: Float32Array.of(1, 2) }

afterEach(() => {
  jest.restoreAllMocks()
})
afterAll(() => fs.rmSync(folder, { recursive: true }))

/** An error as the file system throws it. */
const systemError = (code: string): Error => Object.assign(new Error(`${code}: said the system`), { code })

describe('readSafetensors', () => {
  it('reads what writeSafetensors wrote', () => {
    const metadata = new Map([['step', '3']])
    expect(writeSafetensors(file, [{ name: 'a', tensor }], metadata)).toEqual(right(undefined))
    expect(rightOf(readSafetensors(file))).toEqual({ tensors: new Map([['a', tensor]]), metadata })
  })

  it.each([
    ['nothing', join(folder, 'none'), 'missing'],
    ['what would be in a file', join(file, 'none'), 'missing'],
    ['no name', '', 'missing'],
    ['a folder', folder, 'notAFile'],
    ['a device', '/dev/null', 'notAFile']
  ])('refuses %s', (_, path, reason) => {
    fs.writeFileSync(file, 'a file')
    expect(leftOf(readSafetensors(path))).toMatchObject({
      _tag: 'FileError',
      operation: 'readSafetensors',
      file: path,
      reason
    })
  })

  it('refuses a pipe without waiting for someone to write into it', () => {
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    expect(leftOf(readSafetensors(pipe))).toMatchObject({ reason: 'notAFile' })
  })

  it('refuses a path that is none', () => {
    expect(leftOf(readSafetensors('a\u0000b'))).toMatchObject({ _tag: 'InvalidArgument', argument: 'file' })
  })

  it.each([
    ['EACCES', 'forbidden'],
    ['EPERM', 'forbidden'],
    ['EIO', 'failed'],
    ['EMFILE', 'failed']
  ])('says what %s means', (code, reason) => {
    jest.spyOn(fs, 'openSync').mockImplementation(() => {
      throw systemError(code)
    })
    expect(leftOf(readSafetensors(file))).toMatchObject({ _tag: 'FileError', file, reason })
  })

  it('closes the file whatever happens', () => {
    const close = jest.spyOn(fs, 'closeSync')
    fs.writeFileSync(file, 'a file of text')
    leftOf(readSafetensors(file))
    expect(close).toHaveBeenCalledTimes(1)
    jest.spyOn(fs, 'readSync').mockImplementation(() => {
      throw systemError('EIO')
    })
    expect(leftOf(readSafetensors(file))).toMatchObject({ reason: 'failed' })
    expect(close).toHaveBeenCalledTimes(2)
  })

  it('notices a file that becomes shorter while it is read', () => {
    rightOf(writeSafetensors(file, [{ name: 'a', tensor }]))
    const size = fs.statSync(file).size
    const { fstatSync } = fs
    jest.spyOn(fs, 'fstatSync').mockImplementation((descriptor) => {
      const status = fstatSync(descriptor)
      fs.truncateSync(file, size - 1)
      return status
    })
    expect(leftOf(readSafetensors(file))).toMatchObject({ reason: 'truncated' })
  })

  it('allocates nothing for what a header promises and the file has not', () => {
    // Of 3 TB, a sparse file has the size and not the header that goes with it.
    const huge = 3 * 2 ** 40
    const header = `{"a":{"dtype":"U8","shape":[${huge}],"data_offsets":[0,${huge}]}}`
    fs.writeFileSync(file, fileOf(header))
    expect(leftOf(readSafetensors(file))).toMatchObject({ reason: 'truncated' })
    fs.writeFileSync(file, fileOf('{}', 0, 90_000_000n))
    const before = process.memoryUsage().arrayBuffers
    expect(leftOf(readSafetensors(file))).toMatchObject({ reason: 'truncated' })
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000)
  })

  it('says so where there is no room for a tensor that the file does have', () => {
    const huge = 3 * 2 ** 40
    const bytes = fileOf(`{"a":{"dtype":"U8","shape":[${huge}],"data_offsets":[0,${huge}]}}`)
    fs.writeFileSync(file, bytes)
    fs.truncateSync(file, bytes.length + huge)
    const error = leftOf(readSafetensors(file))
    expect(error).toMatchObject({ reason: 'failed' })
    expect(error.message).toContain('no room in memory')
  })
})
