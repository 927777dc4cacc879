/** The one TensorFlow of a process, as the kernel sets share it: calls, the constants of calls, and what went wrong. */
import { KernelFailure } from '../kernels'
import { sizeOf } from '../shape'
import { none } from './attributes'
import { type Attributes, type Binding, type Block, dataType } from './binding'
import { messageOf } from './openAddon'

/** Shapes, axes and paddings that are kept as tensors: a training step has some dozens of them. */
const CONSTANTS = 4096

const LARGEST_SIZE = 2 ** 31 - 1

/** TF_Code of TensorFlow's C interface. */
const RESOURCE_EXHAUSTED = 8

export class Session {
  /**
   * Ids are 32 bits and start again after 2^32 calls, at those of the oldest tensors; the addon then hands out the older
   * tensor's id for the new one. So each new id is looked up here.
   */
  private readonly live = new Set<number>()
  /** Least recently used first. */
  private readonly constants = new Map<string, number>()

  constructor(
    private readonly binding: Binding,
    /** Inside one operation, on the CPU. */
    readonly threads: number,
    /** For people: "CPU, TensorFlow 2.21.0". */
    readonly device: string
  ) {}

  /** Live tensors, without the session's own. */
  get tensors(): number {
    return this.live.size - this.constants.size
  }

  /** Runs an operation with one output. */
  execute(operation: string, inputs: ReadonlyArray<number>, attributes: Attributes = none): number {
    const id = this.binding.executeOp(operation, attributes, inputs, 1)[0]!.id
    return this.keep(id) ? id : this.execute(operation, inputs, attributes)
  }

  /** Runs an operation with two outputs for the sake of the first. */
  executeForFirst(operation: string, inputs: ReadonlyArray<number>, attributes: Attributes = none): number {
    const [first, second] = this.binding.executeOp(operation, attributes, inputs, 2)
    if (!this.live.has(second!.id)) this.binding.deleteTensor(second!.id)
    return this.keep(first!.id) ? first!.id : this.executeForFirst(operation, inputs, attributes)
  }

  /** Takes the block over: nobody may write to it any more. */
  create(shape: ReadonlyArray<number>, type: number, block: Block): number {
    checkSizes(shape)
    const id = this.binding.createTensor(shape, type, block)
    return this.keep(id) ? id : this.create(shape, type, block)
  }

  /** A float32 scalar. */
  number(value: number): number {
    return this.create([], dataType.float32, Float32Array.of(value))
  }

  read(id: number): Block {
    return this.binding.tensorDataSync(id)
  }

  delete(id: number): void {
    this.live.delete(id)
    this.binding.deleteTensor(id)
  }

  /** An int32 vector, or with its shape a matrix, that the session owns. */
  ints(values: ReadonlyArray<number>, shape: ReadonlyArray<number> = [values.length]): number {
    const key = `${shape.join()}:${values.join()}`
    const known = this.constants.get(key)
    this.constants.delete(key)
    if (known === undefined) checkSizes(values)
    const id = known ?? this.create(shape, dataType.int32, Int32Array.from(values))
    this.constants.set(key, id)
    for (const [oldest, spent] of this.constants) {
      if (this.constants.size <= CONSTANTS) break
      this.constants.delete(oldest)
      this.delete(spent)
    }
    return id
  }

  /** An int32 scalar that the session owns. */
  int(value: number): number {
    return this.ints([value], [])
  }

  /** What TensorFlow reported; undefined for what it did not throw. */
  failure(thrown: unknown): KernelFailure | undefined {
    const report = /^Invalid TF_Status: (\d+)\s+Message: ([^]*)$/.exec(messageOf(thrown))
    if (report === null) return undefined
    const [, code, text] = report
    return Number(code) === RESOURCE_EXHAUSTED
      ? new KernelFailure(
          'outOfMemory',
          `TensorFlow has no room left: ${firstLine(text!)}. Release what is not needed any more, run each step in a scope(...), or take smaller batches.`
        )
      : new KernelFailure('failed', `TensorFlow reported: ${firstLine(text!)}.`)
  }

  private keep(id: number): boolean {
    if (this.live.has(id)) return false
    this.live.add(id)
    return true
  }
}

/**
 * Where the sizes of an empty tensor multiply to more than 63 bits, TensorFlow ends the process; where one has more than
 * 31, our int32 vectors would tell it another shape. What is not empty is too large before.
 */
const checkSizes = (sizes: ReadonlyArray<number>): void => {
  if (sizes.every((size) => size <= LARGEST_SIZE) && sizeOf(sizes.filter((size) => size > 0)) < 2 ** 63) return
  throw new KernelFailure('failed', `TensorFlow takes no sizes like [${sizes.join(', ')}]: wasmKernels() do.`)
}

/** TensorFlow appends the node and its signature, which are gradfold's business. */
const firstLine = (text: string): string => text.split(/\n|; NodeDef|\s\[Op:/)[0]!.trim()
