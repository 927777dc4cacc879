import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { right } from 'fp-ts/Either'
import { findGiven } from '../../../src/command/setup/given'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gradfold-given-'))
})
afterEach(() => rmSync(root, { recursive: true }))

const put = (...paths: ReadonlyArray<string>): void => {
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), '')
  }
}
const message = (folder: string): string => {
  const found = findGiven(folder)
  return found._tag === 'Left' ? found.left.message : 'found'
}

describe('findGiven', () => {
  it.each([
    ['the archive of libtensorflow', '', 'lib', 'libtensorflow.so.2', ''],
    ['an archive with the library in two parts', '', 'lib', 'libtensorflow_cc.so.2', ''],
    ["a wheel's tensorflow folder", 'tensorflow', 'tensorflow', 'libtensorflow_cc.so.2', 'tensorflow'],
    ['the folder above it', '', 'tensorflow', 'libtensorflow_cc.so.2', 'tensorflow']
  ])('finds %s', (_, given, libraries, library, top) => {
    put(
      join(libraries, library),
      join(libraries, 'libtensorflow_framework.so.2'),
      join(top, 'include/tensorflow/c/c_api.h')
    )
    expect(findGiven(join(root, given))).toEqual(
      right({
        library,
        links: {
          [`deps/lib/${library}`]: join(root, libraries, library),
          'deps/lib/libtensorflow_framework.so.2': join(root, libraries, 'libtensorflow_framework.so.2'),
          include: join(root, top, 'include')
        }
      })
    )
  })

  it("links NVIDIA's libraries beside it", () => {
    put('tensorflow/libtensorflow_cc.so.2', 'tensorflow/libtensorflow_framework.so.2')
    put('tensorflow/include/tensorflow/c/c_api.h', 'nvidia/cudnn/lib/libcudnn.so.9')
    expect(findGiven(root)).toMatchObject({ right: { links: { 'deps/nvidia': join(root, 'nvidia') } } })
  })

  it('says what is not there', () => {
    expect(message(join(root, 'nowhere'))).toMatch(/^There is no folder .*nowhere/)
    put('file')
    expect(message(join(root, 'file'))).toMatch(/^There is no folder/)
    expect(message(root)).toMatch(/^No TensorFlow was found in .*lib\/libtensorflow\.so\.2.*tensorflow\/include\//)
    put('lib/libtensorflow.so.2')
    expect(message(root)).toMatch(/lib\/libtensorflow_framework\.so\.2 is not: .* is not complete\.$/)
    put('lib/libtensorflow_framework.so.2')
    expect(message(root)).toMatch(/include\/tensorflow\/c\/c_api\.h is not/)
  })
})
