import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { usage } from '../../src/command/commandLine'

const gradfold = (...words: ReadonlyArray<string>): ReadonlyArray<number | string | null> => {
  const program = join(__dirname, '../../src/command/main.ts')
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', program, ...words], {
    encoding: 'utf8'
  })
  return [status, stdout, stderr]
}

describe('gradfold', () => {
  it('prints its usage, and fails where it does not understand', () => {
    expect(gradfold('--help')).toEqual([0, usage, ''])
    expect(gradfold('setup-tensorflow', '--gpu')).toEqual([1, '', expect.stringMatching(/^Unknown option '--gpu'/)])
  }, 60_000)
})
