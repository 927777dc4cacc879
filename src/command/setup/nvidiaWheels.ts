/** NVIDIA's libraries for TensorFlow's CUDA build, pinned as the wheels of TensorFlow are. */
import type { Wheel } from './wheels'

/**
 * A package of NVIDIA's: name and version, the least version that TensorFlow's extra `and-cuda` accepts, what it has under
 * nvidia/, its tag, bytes, bytes of its libraries, hash.
 */
type NvidiaRow = readonly [string, string, string, string, string, number, number, string]

const rows: ReadonlyArray<NvidiaRow> = [
  [
    'cudnn',
    '9.28.0.42',
    '9.3.0.75',
    'cudnn',
    'manylinux_2_27_x86_64',
    716_538_495,
    1_162_393_472,
    '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375'
  ],
  [
    'cublas',
    '12.9.3.13',
    '12.5.3.2',
    'cublas',
    'manylinux_2_27_x86_64',
    581_217_458,
    855_064_416,
    'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72'
  ],
  [
    'cusparse',
    '12.5.10.65',
    '12.5.1.3',
    'cusparse',
    'manylinux2014_x86_64.manylinux_2_17_x86_64',
    366_465_088,
    486_556_368,
    '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78'
  ],
  [
    'nccl',
    '2.32.3',
    '2.27.7',
    'nccl',
    'manylinux_2_27_x86_64',
    351_526_311,
    489_653_380,
    'bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c'
  ],
  [
    'cusolver',
    '11.7.5.82',
    '11.6.3.83',
    'cusolver',
    'manylinux_2_27_x86_64',
    338_117_415,
    494_975_064,
    '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88'
  ],
  [
    'cufft',
    '11.4.1.4',
    '11.2.3.61',
    'cufft',
    'manylinux2014_x86_64.manylinux_2_17_x86_64',
    200_877_592,
    293_609_416,
    'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28'
  ],
  [
    'cuda-nvrtc',
    '12.9.86',
    '12.5.82',
    'cuda_nvrtc',
    'manylinux2010_x86_64.manylinux_2_12_x86_64',
    89_568_129,
    227_340_992,
    '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4'
  ],
  [
    'curand',
    '10.3.10.19',
    '10.3.6.82',
    'curand',
    'manylinux_2_27_x86_64',
    68_295_626,
    166_965_432,
    '49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e'
  ],
  [
    'cuda-nvcc',
    '12.9.86',
    '12.5.82',
    'cuda_nvcc',
    'manylinux2010_x86_64.manylinux_2_12_x86_64',
    40_546_229,
    98_010_465,
    '5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0'
  ],
  [
    'nvjitlink',
    '12.9.86',
    '12.5.82',
    'nvjitlink',
    'manylinux2010_x86_64.manylinux_2_12_x86_64',
    39_748_338,
    95_935_344,
    'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9'
  ],
  [
    'cuda-cupti',
    '12.9.79',
    '12.5.82',
    'cuda_cupti',
    'manylinux_2_25_x86_64',
    10_814_997,
    43_365_768,
    '096bcf334f13e1984ba36685ad4c1d6347db214de03dbb6eebb237b41d9d934f'
  ],
  [
    'cuda-runtime',
    '12.9.79',
    '12.5.82',
    'cuda_runtime',
    'manylinux2014_x86_64.manylinux_2_17_x86_64',
    3_493_179,
    5_342_176,
    '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3'
  ]
]

export interface NvidiaWheel extends Wheel {
  readonly least: string
}

/** NVIDIA's libraries, those that `pip install 'tensorflow[and-cuda]'` brings; the largest first. */
export const nvidiaWheels: ReadonlyArray<NvidiaWheel> = rows.map(
  ([name, version, least, part, tag, bytes, unpacked, sha256]) => ({
    name: `nvidia-${name}-cu12`,
    version,
    least,
    file: `nvidia_${name.replaceAll('-', '_')}_cu12-${version}-py3-none-${tag}.whl`,
    sha256,
    bytes,
    platform: tag.split('.')[0]!,
    // Headers stay out; the compiler's package has programs as well.
    takes: Object.fromEntries(
      (part === 'cuda_nvcc' ? ['bin/', 'nvvm/'] : ['lib/']).map((folder) => [
        `nvidia/${part}/${folder}`,
        `deps/nvidia/${part}/${folder}`
      ])
    ),
    products: [`deps/nvidia/${part}`],
    unpacked
  })
)
