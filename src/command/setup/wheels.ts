/** What is downloaded, by name, version and hash: a gradfold sets up the TensorFlow that it was tested with. */

/** A file of a package index, and what setup takes out of it. */
export interface Wheel {
  readonly name: string
  readonly version: string
  readonly file: string
  readonly sha256: string
  readonly bytes: number
  /** The platform's tag, as the file name ends. */
  readonly platform: string
  /** Where entries that begin so go, relative to the staging folder. */
  readonly takes: Readonly<Record<string, string>>
  /** What is there once it is unpacked, relative to the staging folder. */
  readonly products: ReadonlyArray<string>
  /** Bytes of all that is taken. */
  readonly unpacked: number
}

/** What tells one setup from another: the file and its hash. */
export const sourceOf = ({ file, sha256 }: Wheel): string => `${file} sha256:${sha256}`

export const TENSORFLOW = '2.21.0'
/** The main library's name in a wheel. */
export const LIBRARY = 'libtensorflow_cc.so.2'
export const FRAMEWORK = 'libtensorflow_framework.so.2'

/** Of 13,085 headers the addon's C interface needs those of four folders. */
const headers = ['tensorflow/c/', 'tensorflow/core/platform/', 'tsl/platform/', 'xla/tsl/c/']

const tensorflow = (
  name: string,
  details: Pick<Wheel, 'file' | 'sha256' | 'bytes' | 'unpacked' | 'platform'>
): Wheel => ({
  name,
  version: TENSORFLOW,
  ...details,
  takes: {
    [`tensorflow/${LIBRARY}`]: `deps/lib/${LIBRARY}`,
    [`tensorflow/${FRAMEWORK}`]: `deps/lib/${FRAMEWORK}`,
    ...Object.fromEntries(headers.map((folder) => [`tensorflow/include/${folder}`, `include/${folder}`]))
  },
  products: [`deps/lib/${LIBRARY}`, `deps/lib/${FRAMEWORK}`, 'include']
})

export const cpuWheel: Wheel = tensorflow('tensorflow-cpu', {
  file: 'tensorflow_cpu-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl',
  sha256: 'dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb',
  bytes: 274_000_871,
  unpacked: 854_258_761,
  platform: 'manylinux_2_27_x86_64'
})

export const cudaWheel: Wheel = tensorflow('tensorflow', {
  file: 'tensorflow-2.21.0-cp312-cp312-manylinux_2_27_x86_64.whl',
  sha256: 'b3b95643c4e70eb925839938fb35cbe142f317ec84af6844ee61513713bb13c0',
  bytes: 572_611_111,
  unpacked: 1_259_970_905,
  platform: 'manylinux_2_27_x86_64'
})
