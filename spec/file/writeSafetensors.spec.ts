import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type HostTensor, readSafetensors, writeSafetensors } from 'gradfold'
import { leftOf, rightOf } from '../support/results'

const root = fs.mkdtempSync(join(tmpdir(), 'gradfold-'))
const made = { count: 0 }
/** A file name in a folder of its own. */
const fresh = (): string => {
  const folder = join(root, `${made.count++}`)
  fs.mkdirSync(folder)
  return join(folder, 'model.safetensors')
}

afterEach(() => {
  jest.restoreAllMocks()
})
afterAll(() => fs.rmSync(root, { recursive: true }))

const entriesOf = (...numbers: ReadonlyArray<number>) => {
  const tensor: HostTensor = { shape: [numbers.length], dtype: 'float32', values: Float32Array.from(numbers) }
  return [{ name: 'a', tensor }]
}
const numbersIn = (file: string): ReadonlyArray<number> =>
  Array.from(rightOf(readSafetensors(file)).tensors.get('a')?.values ?? [])
const systemError = (code: string): Error => Object.assign(new Error(`${code}: said the system`), { code })

describe('writeSafetensors', () => {
  it('makes a file, and puts another in its place', () => {
    const file = fresh()
    rightOf(writeSafetensors(file, entriesOf(1, 2, 3)))
    expect(numbersIn(file)).toEqual([1, 2, 3])
    rightOf(writeSafetensors(file, entriesOf(4)))
    expect(numbersIn(file)).toEqual([4])
    expect(fs.readdirSync(join(file, '..'))).toEqual(['model.safetensors'])
  })

  it('syncs the file before it takes its name, and then the folder', () => {
    const file = fresh()
    const calls: string[] = []
    const { fsyncSync, renameSync } = fs
    jest.spyOn(fs, 'fsyncSync').mockImplementation((descriptor) => {
      calls.push(fs.fstatSync(descriptor).isDirectory() ? 'sync the folder' : 'sync the file')
      fsyncSync(descriptor)
    })
    jest.spyOn(fs, 'renameSync').mockImplementation((from, to) => {
      calls.push('rename')
      renameSync(from, to)
    })
    rightOf(writeSafetensors(file, entriesOf(1)))
    expect(calls).toEqual(['sync the file', 'rename', 'sync the folder'])
  })

  it('goes on where the system writes less than it was given', () => {
    const file = fresh()
    const { writeSync } = fs
    const few = (descriptor: number, bytes: NodeJS.ArrayBufferView, at: number, length: number): number =>
      writeSync(descriptor, bytes, at, Math.min(7, length))
    jest.spyOn(fs, 'writeSync').mockImplementation(few as typeof fs.writeSync)
    rightOf(writeSafetensors(file, entriesOf(1, 2, 3)))
    expect(numbersIn(file)).toEqual([1, 2, 3])
  })

  it('leaves who reads the old file with the old file', () => {
    const file = fresh()
    rightOf(writeSafetensors(file, entriesOf(1)))
    const old = fs.readFileSync(file)
    const descriptor = fs.openSync(file, 'r')
    rightOf(writeSafetensors(file, entriesOf(2, 3)))
    expect(fs.readFileSync(descriptor)).toEqual(old)
    fs.closeSync(descriptor)
  })

  it('writes where a link points to, and leaves the permissions as they were', () => {
    const file = fresh()
    rightOf(writeSafetensors(file, entriesOf(1)))
    fs.chmodSync(file, 0o640)
    const link = `${file}.link`
    fs.symlinkSync(file, link)
    const { writeSync } = fs
    const modes = new Set<number>()
    const seen = (descriptor: number, bytes: NodeJS.ArrayBufferView): number => {
      modes.add(fs.fstatSync(descriptor).mode & 0o777)
      return writeSync(descriptor, bytes)
    }
    jest.spyOn(fs, 'writeSync').mockImplementation(seen as typeof fs.writeSync)
    rightOf(writeSafetensors(link, entriesOf(2)))
    expect([...modes]).toEqual([0o640])
    expect(fs.lstatSync(link).isSymbolicLink()).toBe(true)
    expect(numbersIn(file)).toEqual([2])
    expect(fs.statSync(file).mode & 0o777).toBe(0o640)
  })

  const calls = ['openSync', 'writeSync', 'fchmodSync', 'fsyncSync', 'closeSync', 'renameSync', 'accessSync'] as const
  it.each(calls.flatMap((call) => ['ENOSPC', 'EACCES', 'EIO'].map((code) => [call, code] as const)))(
    'leaves the old file and nothing beside it if %s fails with %s',
    (call, code) => {
      const file = fresh()
      rightOf(writeSafetensors(file, entriesOf(1)))
      const spy = jest.spyOn(fs, call).mockImplementationOnce(() => {
        throw systemError(code)
      })
      const error = leftOf(writeSafetensors(file, entriesOf(2, 3)))
      expect(spy).toHaveBeenCalled()
      expect(error).toMatchObject({
        _tag: 'FileError',
        operation: 'writeSafetensors',
        file,
        reason: code === 'EACCES' ? 'forbidden' : 'failed'
      })
      if (code === 'ENOSPC') expect(error.message).toContain('the disk is full')
      expect(numbersIn(file)).toEqual([1])
      expect(fs.readdirSync(join(file, '..'))).toEqual(['model.safetensors'])
    }
  )

  it('does not mind a file system that cannot sync folders, and minds all else', () => {
    const file = fresh()
    const { fsyncSync } = fs
    const failing = (code: string): void => {
      jest.spyOn(fs, 'fsyncSync').mockImplementation((descriptor) => {
        if (fs.fstatSync(descriptor).isDirectory()) throw systemError(code)
        fsyncSync(descriptor)
      })
    }
    failing('EINVAL')
    rightOf(writeSafetensors(file, entriesOf(1)))
    failing('EIO')
    expect(leftOf(writeSafetensors(file, entriesOf(2)))).toMatchObject({ reason: 'failed' })
  })

  it('refuses a folder that is not there, a folder as a file, a device, and a name that is none', () => {
    const file = fresh()
    const reasonOf = (path: string) => leftOf(writeSafetensors(path, entriesOf(1)))
    expect(reasonOf(join(file, '..', 'none', 'a'))).toMatchObject({ _tag: 'FileError', reason: 'missing' })
    expect(reasonOf(join(file, '..'))).toMatchObject({ _tag: 'FileError', reason: 'notAFile' })
    expect(reasonOf('/dev/null')).toMatchObject({ _tag: 'FileError', reason: 'notAFile' })
    expect(reasonOf('')).toMatchObject({ _tag: 'FileError' })
    expect(reasonOf('a\u0000')).toMatchObject({ _tag: 'InvalidArgument', argument: 'file' })
    expect(fs.statSync('/dev/null').isCharacterDevice()).toBe(true)
    expect(fs.readdirSync(join(file, '..'))).toEqual([])
  })

  it('checks the entries before it touches the disk', () => {
    const file = fresh()
    expect(leftOf(writeSafetensors(file, [...entriesOf(1), ...entriesOf(2)]))).toMatchObject({
      _tag: 'InvalidArgument',
      operation: 'writeSafetensors'
    })
    expect(fs.existsSync(file)).toBe(false)
  })

  it('lets a defect pass', () => {
    const file = fresh()
    jest.spyOn(fs, 'renameSync').mockImplementation(() => {
      throw new Error('a defect')
    })
    expect(() => writeSafetensors(file, entriesOf(1))).toThrow('a defect')
    expect(fs.readdirSync(join(file, '..'))).toEqual([])
  })
})
