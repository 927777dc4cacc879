import type { Binding, Block } from '../../../src/kernels/tensorflow/binding'
import { Staging } from '../../../src/kernels/tensorflow/staging'

/** A binding that keeps arrays which begin at some of the places, and copies others, as TensorFlow does by alignment. */
const keepingAt = (isKept: (offset: number) => boolean) => {
  const tensors = new Map<number, Block>()
  let next = 0
  const binding: Binding = {
    TF_Version: '0',
    isUsingGpuDevice: () => false,
    createTensor: (_shape, _type, values) => {
      tensors.set(next, isKept(values.byteOffset) ? values : values.slice())
      return next++
    },
    deleteTensor: (id) => {
      tensors.delete(id)
    },
    tensorDataSync: (id) => tensors.get(id)?.slice() ?? new Float32Array(),
    getNumOfTensors: () => tensors.size,
    executeOp: () => []
  }
  return { binding, tensors }
}

describe('the memory for uploads', () => {
  it('is one, at a place where TensorFlow was seen to copy', () => {
    const { binding, tensors } = keepingAt((offset) => offset % 64 === 0)
    const staging = new Staging(binding)
    const blocks = [staging.block('float32', 3), staging.block('int32', 1000), staging.block('bool', 5)]
    expect(blocks.map((block) => [block.constructor.name, block.length, block.byteOffset])).toEqual([
      ['Float32Array', 3, 32],
      ['Int32Array', 1000, 32],
      ['Uint8Array', 5, 32]
    ])
    expect(new Set(blocks.map(({ buffer }) => buffer)).size).toBe(1)
    expect(tensors.size).toBe(0)
  })

  it('is an array of its own for each, where TensorFlow was never seen to copy or where there is no room', () => {
    const never = new Staging(keepingAt(() => true).binding)
    const always = new Staging(keepingAt(() => false).binding)
    for (const [staging, length] of [
      [never, 3],
      [always, 2 ** 20]
    ] as const) {
      const blocks = [staging.block('float32', length), staging.block('float32', length)]
      expect(new Set(blocks.map(({ buffer }) => buffer)).size).toBe(2)
      expect(blocks.map((block) => [block.length, block.byteOffset])).toEqual([
        [length, 0],
        [length, 0]
      ])
    }
  })
})
