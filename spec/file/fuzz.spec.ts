import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { isLeft } from 'fp-ts/Either'
import { decodeSafetensors, encodeSafetensors, readSafetensors, type Result, type Safetensors } from 'gradfold'
import { rightOf } from '../support/results'
import { runs } from '../support/runs'
import { hostileFile, wholeFile } from './support/hostileFiles'

jest.setTimeout(3_600_000)

const fromContents = ['notSafetensors', 'truncated', 'damaged', 'unsupported']

/** A typed error that says something, or contents that are no larger than the file and come back from a file of their own. */
const holds = (bytes: Uint8Array, result: Result<Safetensors>): 'error' | 'contents' => {
  if (isLeft(result)) {
    const { left } = result
    if (left._tag !== 'FileError' || !fromContents.includes(left.reason) || left.message.length > 600) {
      throw new Error(`an error that is none: ${JSON.stringify(left)}`)
    }
    return 'error'
  }
  const { tensors, metadata } = result.right
  let size = 0
  for (const { shape, values } of tensors.values()) {
    if (shape.reduce((product, length) => product * length, 1) !== values.length)
      throw new Error('a shape that is not filled')
    size += values.byteLength
  }
  if (size > 4 * bytes.length) throw new Error('more numbers than the file has')
  const entries = Array.from(tensors, ([name, tensor]) => ({ name, tensor }))
  const again = rightOf(encodeSafetensors(entries, metadata))
  const same = rightOf(encodeSafetensors(sorted(rightOf(decodeSafetensors(again))), metadata))
  if (Buffer.compare(again, same) !== 0) throw new Error('other contents after writing')
  return 'contents'
}

const sorted = ({ tensors }: Safetensors) => Array.from(tensors, ([name, tensor]) => ({ name, tensor })).reverse()

describe('a file of any bytes', () => {
  it('gives its contents or a typed error', () => {
    const seen = { error: 0, contents: 0 }
    fc.assert(
      fc.property(hostileFile, (bytes) => {
        seen[holds(bytes, decodeSafetensors(bytes))]++
      }),
      { numRuns: runs(30_000) }
    )
    // Both happen often, or the files were not what they should be.
    expect(Math.min(seen.error, seen.contents)).toBeGreaterThan(0.05 * (seen.error + seen.contents))
  })

  it('gives the same from disk as from memory', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gradfold-'))
    const file = join(folder, 'model.safetensors')
    try {
      fc.assert(
        fc.property(hostileFile, (bytes) => {
          writeFileSync(file, bytes)
          const disk = readSafetensors(file)
          holds(bytes, disk)
          const memory = decodeSafetensors(bytes)
          if (isLeft(memory) && isLeft(disk)) expect(disk.left).toMatchObject({ reason: reasonOf(memory), file })
          else expect(disk).toEqual(memory)
        }),
        { numRuns: runs(1000) }
      )
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

const reasonOf = (result: Result<unknown>): string | undefined =>
  isLeft(result) && result.left._tag === 'FileError' ? result.left.reason : undefined

describe('a file that was cut off', () => {
  it('is never taken for a whole one', () => {
    fc.assert(
      fc.property(wholeFile, fc.nat(), (bytes, n) => {
        const cut = n % bytes.length
        expect(reasonOf(decodeSafetensors(bytes.subarray(0, cut)))).toBe('truncated')
      }),
      { numRuns: runs(500) }
    )
  })
})
