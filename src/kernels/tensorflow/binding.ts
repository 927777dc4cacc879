/**
 * What the addon of @tensorflow/tfjs-node-gpu exports: TensorFlow's eager C interface, by number. gradfold calls it
 * directly; the package's JavaScript, which Node 23 and later break, is never loaded.
 */

/** TF_DataType of TensorFlow's C interface. */
export const dataType = { float32: 1, float64: 2, int32: 3, bool: 10 } as const
/** TF_AttrType of TensorFlow's C interface. */
const attributeType = { text: 0, int: 1, float: 2, bool: 3, type: 4, shape: 5 } as const

/** One attribute of an operation, as the addon takes it. */
export interface Attribute {
  readonly name: string
  readonly type: number
  readonly value: number | boolean | string | ReadonlyArray<number>
}
export type Attributes = ReadonlyArray<Attribute>

export const typeAttribute = (name: string, value: number): Attribute => ({ name, type: attributeType.type, value })
export const boolAttribute = (name: string, value: boolean): Attribute => ({ name, type: attributeType.bool, value })
export const intAttribute = (name: string, value: number): Attribute => ({ name, type: attributeType.int, value })

export const floatAttribute = (name: string, value: number): Attribute => ({ name, type: attributeType.float, value })

export const textAttribute = (name: string, value: string): Attribute => ({ name, type: attributeType.text, value })
export const shapeAttribute = (name: string, value: ReadonlyArray<number>): Attribute => ({
  name,
  type: attributeType.shape,
  value
})

/** Arrays that the addon takes and gives. */
export type Block = Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>

/** The array of each dtype. */
export const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const

/** What a call gives for each output. */
export interface Output {
  readonly id: number
}

/** The addon. Tensors are numbers, which the caller deletes. */
export interface Binding {
  readonly TF_Version: string
  isUsingGpuDevice(): boolean
  /** May keep `values` as the tensor's memory for as long as the tensor lives: hand over a private copy. */
  createTensor(shape: ReadonlyArray<number>, type: number, values: Block): number
  deleteTensor(id: number): void
  /** A copy, whose array may be of another realm (jest's). */
  tensorDataSync(id: number): Block
  executeOp(
    operation: string,
    attributes: Attributes,
    inputs: ReadonlyArray<number>,
    outputs: number
  ): ReadonlyArray<Output>
  /** Live ones, of everyone in the process. */
  getNumOfTensors(): number
}
