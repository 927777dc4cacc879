import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { left, right } from 'fp-ts/Either'
import { gpuReason, probe, type ProbeSettings } from '../../src/command/probe'

// Addons in JavaScript: what is tested is how their end is told.
const folder = mkdtempSync(join(tmpdir(), 'gradfold-probe-'))
afterAll(() => rmSync(folder, { recursive: true }))

const addon = (name: string, start: string, product = '[5, 11, 11, 25]'): string => {
  const file = join(folder, `${name}.js`)
  writeFileSync(
    file,
    `${start}
module.exports = {
  TF_Version: '1.2.3', isUsingGpuDevice: () => false, createTensor: () => 1, deleteTensor: () => {},
  executeOp: () => [{ id: 2 }], tensorDataSync: () => Float32Array.from(${product})
}`
  )
  return file
}
const settings: ProbeSettings = { options: ['--import', 'tsx'], limit: 60_000 }

describe('probe', () => {
  it('gives version, device and log, or how it went wrong', async () => {
    const files = [
      addon('good', 'console.log("chatter"); console.error(process.env.TF_CPP_MIN_LOG_LEVEL + " notes")'),
      addon('wrong', '', '[7, 10, 15, 22]'),
      addon('thrown', 'throw new Error("libtensorflow_cc.so.2: file too short")'),
      addon(
        'crash',
        'console.error("E0000 00:00:1.5   12 cpu.cc:41] No AVX here."); process.kill(process.pid, "SIGABRT")'
      ),
      addon('quits', 'process.exit(0)')
    ]
    const hanging = addon('hangs', 'for (;;) ;')
    const found = await Promise.all([
      ...files.map((file) => probe(file, settings)),
      probe(hanging, { ...settings, limit: 1500 }),
      probe(hanging, { ...settings, stop: AbortSignal.timeout(1000) })
    ])
    expect(found).toEqual([
      right({ version: '1.2.3', gpu: false, log: '0 notes\n' }),
      left('MatMul gave 7,10,15,22 for 5,11,11,25'),
      left('libtensorflow_cc.so.2: file too short'),
      left('it ended the process by SIGABRT; its last words: No AVX here.'),
      left('it ended the process with status 0'),
      left('it gave no answer within 1.5 s'),
      left('it was stopped')
    ])
  }, 30_000)
})

describe('gpuReason', () => {
  it("gives TensorFlow's words without time and place", () => {
    const log = `WARNING: All log messages before absl::InitializeLog() is called are written to STDERR
I0000 00:00:1795345701.373431   24896 cudart_stub.cc:31] Could not find cuda drivers on your machine, GPU will not be used.
I0000 00:00:1795345701.587836   24896 cpu_feature_guard.cc:227] This TensorFlow binary is optimized to use available CPU instructions.
To enable the following instructions: AVX2 FMA, in other operations, rebuild TensorFlow with the appropriate compiler flags.
E0000 00:00:1795345701.588426   24896 cuda_platform.cc:52] failed call to cuInit: INTERNAL: CUDA error: UNKNOWN ERROR (303)
2024-05-01 10:11:12.131415: I tensorflow/core/gpu/gpu_device.cc:2211] Cannot dlopen some GPU libraries.
2024-05-01 10:11:12.131416: I tensorflow/core/gpu/gpu_device.cc:2211] Cannot dlopen some GPU libraries.
`
    expect(gpuReason(log)).toBe(
      'Could not find cuda drivers on your machine, GPU will not be used; ' +
        'failed call to cuInit: INTERNAL: CUDA error: UNKNOWN ERROR (303); Cannot dlopen some GPU libraries'
    )
    expect(gpuReason('I0000 00:00:1.5   1 cpu_feature_guard.cc:227] all is well\n')).toBeUndefined()
  })
})
