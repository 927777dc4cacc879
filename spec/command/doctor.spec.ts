import { isRight } from 'fp-ts/Either'
import { tensorflowKernels } from 'gradfold'
import { diagnosis } from '../../src/command/doctor'
import { examine } from '../../src/command/examine'
import * as installation from '../../src/kernels/tensorflow/installation'
import * as probing from '../../src/command/probe'

const before = process.env['GRADFOLD_KERNELS']
afterEach(() => {
  if (before === undefined) delete process.env['GRADFOLD_KERNELS']
  else process.env['GRADFOLD_KERNELS'] = before
  jest.restoreAllMocks()
})

/** Its process runs TypeScript here. */
const { probe } = probing
beforeEach(() => {
  jest.spyOn(probing, 'probe').mockImplementation((addon) => probe(addon, { options: ['--import', 'tsx'] }))
})

const topics = async () => {
  const { findings, usable } = await examine('1.2.3')
  return { usable, texts: Object.fromEntries(findings.map(({ topic, text }) => [topic, text])) }
}

describe('gradfold doctor', () => {
  it('says which kernels, device and versions there are', async () => {
    process.env['GRADFOLD_KERNELS'] = ''
    const { texts, usable } = await topics()
    expect(usable).toBe(true)
    expect(texts['gradfold']).toContain(`1.2.3, Node ${process.version}`)
    expect(texts['wasm']).toBe('ready: CPU, WebAssembly SIMD, 1 thread')
    expect(texts['reference']).toMatch(/^ready/)
    expect(texts['variables']).toContain('TF_NUM_INTRAOP_THREADS')
    expect(texts['GPU']).not.toBe('')
    const native = tensorflowKernels()
    expect(texts['tensorflow']).toMatch(isRight(native) ? /^ready: TensorFlow \d/ : /^not there: /)
    expect(texts['kernels']).toMatch(isRight(native) ? /^tensorflow: / : /^wasm: .*no TensorFlow/)
  })

  it('has a line for each, under each other', async () => {
    const { lines } = await diagnosis()
    expect(lines.map((line) => /^(\S+) {2,}\S/.exec(line)?.[1])).toEqual([
      'gradfold',
      'kernels',
      'tensorflow',
      ...(lines.some((line) => line.startsWith('GPU')) ? ['GPU'] : []),
      'wasm',
      'reference',
      'variables'
    ])
    const [first = ''] = lines
    const column = first.indexOf('0.')
    expect(lines.filter((line) => !/^\S+ +$/.test(line.slice(0, column)))).toEqual([])
  })

  it('says what is missing where nothing is installed, and that a wish for it cannot be met', async () => {
    jest.spyOn(installation, 'findPackage').mockReturnValue(undefined)
    process.env['GRADFOLD_KERNELS'] = 'tensorflow'
    const { texts, usable } = await topics()
    expect(usable).toBe(false)
    expect(texts['tensorflow']).toMatch(/^not there: .* is not installed\. `gradfold setup-tensorflow` sets it up$/)
    expect(texts['kernels']).toContain('GRADFOLD_KERNELS is tensorflow')
    expect(texts['wasm']).toMatch(/^ready/)
  })

  const setUp = (): void => {
    jest.spyOn(installation, 'findPackage').mockReturnValue('/nowhere')
    jest.spyOn(installation, 'readSetup').mockReturnValue({
      _tag: 'Right',
      right: { tensorflow: '2.21.0', build: 'cuda', source: 'a wheel', files: {} }
    })
  }

  it('does not start a library that ends the process', async () => {
    setUp()
    jest.spyOn(probing, 'probe').mockResolvedValue({ _tag: 'Left', left: 'it ended the process by SIGSEGV' })
    const { texts, usable } = await topics()
    expect(usable).toBe(false)
    expect(texts['kernels']).toBe('none: TensorFlow ends the process')
    expect(texts['tensorflow']).toMatch(/^set up from a wheel, but it does not work: it ended the process by SIGSEGV\./)
  })

  it("gives TensorFlow's reason for leaving a GPU alone", async () => {
    setUp()
    const log =
      'E0000 00:00:1.2 3 cuda.cc:1] failed call to cuInit: INTERNAL: CUDA error: Failed call to cuInit: no device\n'
    jest.spyOn(probing, 'probe').mockResolvedValue({ _tag: 'Right', right: { version: '2.21.0', gpu: false, log } })
    const { texts } = await topics()
    expect(texts['tensorflow']).toBe('ready: TensorFlow 2.21.0 (cuda, a wheel), computes on the CPU')
    expect(texts['GPU']).toContain('failed call to cuInit: INTERNAL: CUDA error: Failed call to cuInit: no device')
  })
})
