import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { isRight } from 'fp-ts/Either'
import { ADDON, readSetup, RECORD, type SetupRecord } from '../../../src/kernels/tensorflow/installation'
import { openAddon } from '../../../src/kernels/tensorflow/openAddon'
import { leftOf, rightOf } from '../../support/results'

const inFolder = (body: (folder: string) => void): void => {
  const folder = mkdtempSync(join(tmpdir(), 'gradfold-'))
  try {
    body(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
const write = (folder: string, path: string, text: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}
const record: SetupRecord = { tensorflow: '2.21.0', build: 'cpu', source: 'a wheel', files: { [ADDON]: 5 } }

describe('a setup', () => {
  it('is what its record says, as long as the files are those', () => {
    inFolder((folder) => {
      write(folder, ADDON, 'addon')
      write(folder, RECORD, JSON.stringify(record))
      expect(rightOf(readSetup(folder))).toEqual(record)
      write(folder, ADDON, 'add')
      expect(leftOf(readSetup(folder))).toBe(`${ADDON} is not the file that setup checked`)
      rmSync(join(folder, ADDON))
      expect(leftOf(readSetup(folder))).toBe(`${ADDON} is not the file that setup checked`)
    })
  })

  it('that never was, was broken off, or is no record, is none', () => {
    inFolder((folder) => {
      expect(leftOf(readSetup(folder))).toMatch(/is not set up$/)
      write(folder, ADDON, 'addon')
      write(folder, 'deps/lib/libtensorflow.so', '')
      expect(leftOf(readSetup(folder))).toMatch(/did not come to its end$/)
      for (const text of ['', '{', '{}', 'null', '{"files":3}']) {
        write(folder, RECORD, text)
        expect(leftOf(readSetup(folder))).toMatch(/is no record of a setup$/)
      }
    })
  })
})

describe('an addon', () => {
  it('that is no library, or computes wrong, is refused with the reason', () => {
    inFolder((folder) => {
      write(folder, 'broken.node', 'this is no library')
      expect(leftOf(openAddon(join(folder, 'broken.node')))).toMatch(
        /invalid ELF header|file too short|not valid|slice/i
      )
      expect(leftOf(openAddon(join(folder, 'missing.node')))).toMatch(/missing.node/)
      const fake = (product: string): string => `
        module.exports = {
          createTensor: () => 1, deleteTensor: () => {}, executeOp: () => ${product},
          tensorDataSync: () => new Float32Array([5, 11, 11, 24])
        }`
      write(folder, 'wrong.js', fake('[{ id: 2 }]'))
      expect(leftOf(openAddon(join(folder, 'wrong.js')))).toBe('MatMul gave 5,11,11,24 for 5,11,11,25')
      write(folder, 'silent.js', fake('[]'))
      expect(leftOf(openAddon(join(folder, 'silent.js')))).toBe('MatMul gave nothing')
      write(folder, 'right.js', fake('[{ id: 2 }]').replace('24', '25'))
      expect(isRight(openAddon(join(folder, 'right.js')))).toBe(true)
    })
  })
})
