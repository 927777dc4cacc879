import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { right } from 'fp-ts/Either'
import { download } from '../../../src/command/setup/download'
import { calls, listen, makeSandbox, type Sandbox, say, wheels, worldIn } from '../support/sandbox'

let sandbox: Sandbox
beforeEach(() => {
  sandbox = makeSandbox()
})
afterEach(() => rmSync(sandbox.root, { recursive: true }))

const run = (): ReturnType<typeof download> => {
  mkdirSync(join(sandbox.root, 'staging', 'wheels'), { recursive: true })
  return download(worldIn(sandbox, listen().report), join(sandbox.root, 'staging'), wheels.cpu)
}

describe('download', () => {
  it('gives the file, and takes it again without pip', async () => {
    const file = join(sandbox.root, 'staging', 'wheels', 'cpu-1.2.3.whl')
    expect(await run()).toEqual(right(file))
    expect(readFileSync(file, 'utf8')).toBe('the wheel of cpu\n')
    expect(readdirSync(join(sandbox.root, 'staging'))).toEqual(['wheels'])
    expect(await run()).toEqual(right(file))
    expect(calls(sandbox)).toEqual(['download'])
    writeFileSync(file, 'something else')
    expect(await run()).toEqual(right(file))
    expect(calls(sandbox)).toEqual(['download'])
  })

  it.each<[string, string, RegExp, boolean]>([
    [
      'no network',
      "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(Failed to establish a new connection: [Errno -2] Name or service not known)'\n" +
        'ERROR: Could not find a version that satisfies the requirement cpu==1.2.3 (from versions: none)\n' +
        'ERROR: No matching distribution found for cpu==1.2.3',
      /could not reach its package index for cpu 1\.2\.3 \(ERROR: No matching distribution.*HTTPS_PROXY.*PIP_FIND_LINKS=DIR.*--from DIR/,
      true
    ],
    [
      'a wrong hash',
      'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.\n    cpu==1.2.3:\n' +
        `        Expected sha256 ${'a'.repeat(64)}\n             Got        ${'b'.repeat(64)}\n`,
      /not the file that gradfold was tested with: its SHA-256 should be \w{64} and is b{64}\. .*mirror.*thrown away/,
      true
    ],
    [
      'an index without it',
      'ERROR: No matching distribution found for cpu==1.2.3',
      /does not have cpu-1\.2\.3\.whl .*PIP_INDEX_URL/,
      true
    ],
    ['a full disk', 'ERROR: [Errno 28] No space left on device', /^The disk is full: .*staging/, false],
    [
      'a disk that fills in the middle',
      'ProtocolError: ("Connection broken: OSError(28, \'No space left on device\')")',
      /^The disk is full/,
      false
    ],
    ['something else', 'Traceback\nKeyError: 3', /^pip could not download cpu 1\.2\.3: KeyError: 3\./, true]
  ])('says what %s means', async (_, words, message, resumable) => {
    say(sandbox, 'fail-download', words)
    expect(await run()).toMatchObject({ left: { message: expect.stringMatching(message) as string, resumable } })
  })
})
