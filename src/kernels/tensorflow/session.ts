/** The one TensorFlow of a process, as the kernel sets share it: calls, the constants of calls, and what went wrong. */
import { randomUUID } from 'node:crypto'
import { KernelFailure } from '../kernels'
import { sizeOf } from '../shape'
import type { Dtype } from '../tensor'
import { none, variable } from './attributes'
import { type Attributes, type Binding, type Block, dataType, type Output } from './binding'
import { messageOf } from './openAddon'
import { Staging } from './staging'

/** Shapes, axes and paddings that are kept as tensors: a training step has some dozens of them. */
const CONSTANTS = 4096

const filled = (block: Block, values: ReadonlyArray<number>): Block => {
  block.set(values)
  return block
}

const LARGEST_SIZE = 2 ** 31 - 1

/** TF_Code of TensorFlow's C interface. */
const RESOURCE_EXHAUSTED = 8

export class Session {
  /**
   * Ids are 32 bits: after 2^31 calls they are negative, after 2^32 they start again at those of the oldest tensors. Where one of
   * these lives the addon hands out its id for the new tensor, and the new one is lost. So once an id was negative, a call that
   * has not made as many tensors as it should is made again.
   */
  private hasTurned = false
  /** Least recently used first. */
  private readonly constants = new Map<string, number>()

  /** Variables for operations that work on such: each is assigned before it is used. */
  private cells: ReadonlyArray<number> = []

  private readonly staging: Staging

  constructor(
    private readonly binding: Binding,
    /** Inside one operation, on the CPU. */
    readonly threads: number,
    /** For people: "CPU, TensorFlow 2.21.0". */
    readonly device: string
  ) {
    this.staging = new Staging(binding)
  }

  /** Live tensors of this TensorFlow, without the session's own. */
  get tensors(): number {
    return this.binding.getNumOfTensors() - this.constants.size - this.cells.length
  }

  /** Runs an operation with one output. */
  execute(operation: string, inputs: ReadonlyArray<number>, attributes: Attributes = none): number {
    if (this.hasTurned) return this.surely(1, () => this.binding.executeOp(operation, attributes, inputs, 1))[0]!.id
    const { id } = this.binding.executeOp(operation, attributes, inputs, 1)[0]!
    if (id < 0) this.hasTurned = true
    return id
  }

  /** Runs an operation with two outputs. */
  executeForTwo(operation: string, inputs: ReadonlyArray<number>): readonly [number, number] {
    const call = (): ReadonlyArray<Output> => this.binding.executeOp(operation, none, inputs, 2)
    const [first, second] = this.hasTurned ? this.surely(2, call) : call()
    return [first!.id, second!.id]
  }

  /** Runs an operation with so many outputs. */
  executeForAll(
    operation: string,
    inputs: ReadonlyArray<number>,
    outputs: number,
    attributes: Attributes
  ): ReadonlyArray<number> {
    const call = (): ReadonlyArray<Output> => this.binding.executeOp(operation, attributes, inputs, outputs)
    return (this.hasTurned ? this.surely(outputs, call) : call()).map(({ id }) => id)
  }

  /** Runs an operation for what it does to variables. */
  perform(operation: string, inputs: ReadonlyArray<number>): void {
    this.binding.executeOp(operation, none, inputs, 0)
  }

  /** So many variables of float32 tensors, of any shape from one use to the next. */
  variables(count: number): ReadonlyArray<number> {
    if (this.cells.length < count) {
      const name = randomUUID()
      const made = Array.from({ length: count }, (_, i) => this.execute('VarHandleOp', [], variable(`${name}/${i}`)))
      for (const spent of this.cells) this.delete(spent)
      this.cells = made
    }
    return this.cells.slice(0, count)
  }

  /** Where to write `length` numbers for the next `create`, which is to follow at once. */
  block(dtype: Dtype, length: number): Block {
    return this.staging.block(dtype, length)
  }

  /** A tensor of the numbers in a block of this session. */
  create(shape: ReadonlyArray<number>, dtype: Dtype, block: Block): number {
    checkSizes(shape)
    const type = dataType[dtype]
    if (this.hasTurned) return this.surely(1, () => [{ id: this.binding.createTensor(shape, type, block) }])[0]!.id
    return this.binding.createTensor(shape, type, block)
  }

  /** A float32 scalar. */
  number(value: number): number {
    return this.create([], 'float32', this.block('float32', 1).fill(value))
  }

  read(id: number): Block {
    return this.binding.tensorDataSync(id)
  }

  delete(id: number): void {
    this.binding.deleteTensor(id)
  }

  /** An int32 vector, or with its shape a matrix, that the session owns. */
  ints(values: ReadonlyArray<number>, shape: ReadonlyArray<number> = [values.length]): number {
    return this.constant(`${shape.join()}:${values.join()}`, () => {
      checkSizes(values)
      return this.create(shape, 'int32', filled(this.block('int32', values.length), values))
    })
  }

  /** An int32 scalar that the session owns. */
  int(value: number): number {
    return this.ints([value], [])
  }

  /** A float32 scalar that the session owns. */
  float(value: number): number {
    return this.constant(`float:${value}`, () => this.number(value))
  }

  /** A float32 vector that the session owns. */
  floats(values: ReadonlyArray<number>): number {
    return this.constant(`floats:${values.join()}`, () =>
      this.create([values.length], 'float32', filled(this.block('float32', values.length), values))
    )
  }

  private constant(key: string, make: () => number): number {
    const known = this.constants.get(key)
    this.constants.delete(key)
    const id = known ?? make()
    this.constants.set(key, id)
    for (const [oldest, spent] of this.constants) {
      if (this.constants.size <= CONSTANTS) break
      this.constants.delete(oldest)
      this.delete(spent)
    }
    return id
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

  /** Makes a call until it has made so many new tensors; of two, one that was lost costs the other. */
  private surely(count: number, call: () => ReadonlyArray<Output>): ReadonlyArray<Output> {
    for (;;) {
      const before = this.binding.getNumOfTensors()
      const outputs = call()
      if (this.binding.getNumOfTensors() === before + count) return outputs
    }
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
