/** What TensorFlow.js' WebAssembly binary (4.22.0) exports, as far as it is used here: addresses, ids and counts. */

/** (x, address and length of its shape, y, address and length of its shape, dtype, output) */
export type BinaryExport = (
  x: number,
  xShape: number,
  xRank: number,
  y: number,
  yShape: number,
  yRank: number,
  dtype: number,
  output: number
) => void
/** (x, dtype, output) */
export type UnaryExport = (x: number, dtype: number, output: number) => void

export interface WasmExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number }
  __wasm_call_ctors(): void
  init(): void
  malloc(bytes: number): number
  free(address: number): void
  register_tensor(id: number, size: number, address: number): void
  dispose_data(id: number): void
  readonly Add: BinaryExport
  readonly Sub: BinaryExport
  readonly Multiply: BinaryExport
  readonly RealDiv: BinaryExport
  readonly Neg: UnaryExport
  readonly Exp: UnaryExport
  readonly Log: UnaryExport
  readonly Sqrt: UnaryExport
  readonly Square: UnaryExport
  readonly Abs: UnaryExport
  readonly Relu: UnaryExport
  readonly Tanh: UnaryExport
  Sigmoid(x: number, output: number): void
  Softmax(x: number, output: number, channels: number, rows: number): void
  BatchMatMul(
    x: number,
    xShape: number,
    xRank: number,
    y: number,
    yShape: number,
    yRank: number,
    transposeX: number,
    transposeY: number,
    output: number
  ): void
  Transpose(
    x: number,
    shape: number,
    rank: number,
    dtype: number,
    output: number,
    permutation: number,
    permutationLength: number
  ): void
}
