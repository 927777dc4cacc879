/** Puts round 1 in the place of a file, and kills itself before its n-th call of the file system. */
import fs from 'node:fs'
import { writeSafetensors } from '../../../src/file/writeSafetensors'
import { tensorOf } from './rounds'

const file = process.argv[2] ?? ''
const calls = { left: Number(process.argv[3]) }
const names = [
  'statSync',
  'accessSync',
  'realpathSync',
  'openSync',
  'writeSync',
  'fchmodSync',
  'fsyncSync',
  'closeSync',
  'renameSync'
] as const
for (const name of names) {
  const call: unknown = fs[name]
  if (typeof call !== 'function') throw new Error(`no ${name}`)
  Object.assign(fs, {
    [name]: (...values: ReadonlyArray<unknown>): unknown => {
      if (calls.left-- === 0) process.kill(process.pid, 'SIGKILL')
      return Reflect.apply(call, fs, values)
    }
  })
}
writeSafetensors(file, [{ name: 'a', tensor: tensorOf(1) }])
