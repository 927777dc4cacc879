/**
 * Memory for numbers on their way to TensorFlow. The addon hands TensorFlow the array itself: where that begins at a multiple
 * of 64 bytes TensorFlow keeps it as the tensor's memory, elsewhere it copies at once. One array is used again and again, at
 * a place where TensorFlow copies; an array of its own for each upload would cost ten times as much, in zeroing, page faults and
 * garbage collections.
 */
import type { Dtype } from '../tensor'
import { arrays, type Binding, type Block, dataType } from './binding'

const BYTES = 2 ** 22
/** Places to try: JavaScript does not tell where an array begins. */
const OFFSETS = [32, 16, 8, 4]

export class Staging {
  private readonly buffer = new ArrayBuffer(BYTES)
  /** Where TensorFlow was seen to copy; undefined if it never did. */
  private readonly offset: number | undefined

  constructor(binding: Binding) {
    this.offset = OFFSETS.find((offset) => copies(binding, new Float32Array(this.buffer, offset, 16)))
  }

  /** An array of so many numbers, whatever they are, until the next call. */
  block(dtype: Dtype, length: number): Block {
    const { buffer, offset } = this
    const isShared = offset !== undefined && offset + 4 * length <= BYTES
    return isShared ? new arrays[dtype](buffer, offset, length) : new arrays[dtype](length)
  }
}

/** Whether a tensor keeps its numbers when the array that it was made of changes. */
const copies = (binding: Binding, block: Float32Array<ArrayBuffer>): boolean => {
  block.fill(1)
  const id = binding.createTensor([block.length], dataType.float32, block)
  block.fill(2)
  const kept = binding.tensorDataSync(id).every((value) => value === 1)
  binding.deleteTensor(id)
  return kept
}
