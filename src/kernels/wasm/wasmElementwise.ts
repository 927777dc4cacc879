/** Elementwise kernels: XNNPACK's where they are right, loops where not. */
import { broadcastShapes, sameShape } from '../shape'
import type { Dtype, Tensor } from '../tensor'
import { erf } from './erf'
import type { BinaryExport, UnaryExport } from './exports'
import { mapLoop, reluGradientLoop, selectLoop, zipLoop } from './loops'
import { softplus } from './softplus'
import { own, WasmMemory } from './wasmMemory'
import { dtypeCode } from './wasmTensor'

/** The most axes that XNNPACK's elementwise kernels take; beyond, they return uninitialised memory. */
const XNNPACK_RANK = 6

export abstract class WasmElementwise extends WasmMemory {
  cast(x: Tensor, dtype: Dtype): Tensor {
    return this.map(x, dtype, dtype === 'bool' ? (value) => (value !== 0 ? 1 : 0) : (value) => value)
  }

  add(x: Tensor, y: Tensor): Tensor {
    return this.binary(this.heap.call.Add, x, y, (a, b) => a + b)
  }
  sub(x: Tensor, y: Tensor): Tensor {
    return this.binary(this.heap.call.Sub, x, y, (a, b) => a - b)
  }
  mul(x: Tensor, y: Tensor): Tensor {
    return this.binary(this.heap.call.Multiply, x, y, x.dtype === 'int32' ? Math.imul : (a, b) => a * b)
  }
  div(x: Tensor, y: Tensor): Tensor {
    return this.binary(this.heap.call.RealDiv, x, y, (a, b) => a / b)
  }
  maximum(x: Tensor, y: Tensor): Tensor {
    return this.zip(x, y, x.dtype, Math.max)
  }
  minimum(x: Tensor, y: Tensor): Tensor {
    return this.zip(x, y, x.dtype, Math.min)
  }

  neg(x: Tensor): Tensor {
    return this.unary(this.heap.call.Neg, x, (a) => -a)
  }
  exp(x: Tensor): Tensor {
    return this.unary(this.heap.call.Exp, x, Math.exp)
  }
  expm1(x: Tensor): Tensor {
    return this.map(x, 'float32', Math.expm1)
  }
  log(x: Tensor): Tensor {
    return this.unary(this.heap.call.Log, x, Math.log)
  }
  sqrt(x: Tensor): Tensor {
    return this.unary(this.heap.call.Sqrt, x, Math.sqrt)
  }
  square(x: Tensor): Tensor {
    return this.unary(this.heap.call.Square, x, (a) => Math.imul(a, a))
  }
  abs(x: Tensor): Tensor {
    return this.unary(this.heap.call.Abs, x, Math.abs)
  }
  sign(x: Tensor): Tensor {
    return this.map(x, x.dtype, Math.sign)
  }
  relu(x: Tensor): Tensor {
    return this.unary(this.heap.call.Relu, x, (a) => Math.max(a, 0))
  }
  reluGradient(upstream: Tensor, output: Tensor): Tensor {
    // Not a product with a mask: infinity times 0 is NaN.
    const { output: gradient, size } = this.likeInput(upstream)
    const at = (x: Tensor): number => own(x).address >>> 2
    reluGradientLoop(this.heap.i32, at(upstream), at(output), gradient.address >>> 2, size)
    return gradient
  }
  tanh(x: Tensor): Tensor {
    return this.unary(this.heap.call.Tanh, x, Math.tanh)
  }
  softplus(x: Tensor): Tensor {
    return this.map(x, 'float32', softplus)
  }
  erf(x: Tensor): Tensor {
    return this.map(x, 'float32', erf)
  }
  sigmoid(x: Tensor): Tensor {
    const { output, size, id } = this.likeInput(x)
    if (size > 0) this.heap.call.Sigmoid(id, output.id)
    return output
  }

  equal(x: Tensor, y: Tensor): Tensor {
    return this.zip(x, y, 'bool', (a, b) => (a === b ? 1 : 0))
  }
  notEqual(x: Tensor, y: Tensor): Tensor {
    return this.zip(x, y, 'bool', (a, b) => (a !== b ? 1 : 0))
  }
  less(x: Tensor, y: Tensor): Tensor {
    return this.zip(x, y, 'bool', (a, b) => (a < b ? 1 : 0))
  }
  lessEqual(x: Tensor, y: Tensor): Tensor {
    return this.zip(x, y, 'bool', (a, b) => (a <= b ? 1 : 0))
  }
  greater(x: Tensor, y: Tensor): Tensor {
    return this.zip(x, y, 'bool', (a, b) => (a > b ? 1 : 0))
  }
  greaterEqual(x: Tensor, y: Tensor): Tensor {
    return this.zip(x, y, 'bool', (a, b) => (a >= b ? 1 : 0))
  }

  select(condition: Tensor, x: Tensor, y: Tensor): Tensor {
    const shape = broadcastShapes(condition.shape, broadcastShapes(x.shape, y.shape)!)!
    const output = this.make(shape, x.dtype)
    selectLoop(
      this.place(condition),
      condition.shape,
      this.place(x),
      x.shape,
      this.place(y),
      y.shape,
      this.place(output),
      shape
    )
    return output
  }

  private unary(kernel: UnaryExport, x: Tensor, f: (x: number) => number): Tensor {
    // The kernels compute on the bits of an int32 as if they were a float32's.
    if (x.dtype !== 'float32') return this.map(x, x.dtype, f)
    const { output, size, id } = this.likeInput(x)
    if (size > 0) kernel(id, 0, output.id)
    return output
  }

  private map(x: Tensor, dtype: Dtype, f: (x: number) => number): Tensor {
    const output = this.make(x.shape, dtype)
    mapLoop(this.place(x), this.place(output), output.size, f)
    return output
  }

  private binary(kernel: BinaryExport, x: Tensor, y: Tensor, f: (x: number, y: number) => number): Tensor {
    const { heap } = this
    const left = own(x)
    const right = own(y)
    const same = sameShape(x.shape, y.shape)
    const shape = same ? x.shape : broadcastShapes(x.shape, y.shape)!
    if (x.dtype !== 'float32' || (!same && shape.length > XNNPACK_RANK)) return this.zip(x, y, x.dtype, f)
    const output = this.make(shape, 'float32')
    if (output.size === 0) return output
    if (same) {
      const flat = heap.shape(0, [output.size])
      kernel(left.id, flat, 1, right.id, flat, 1, dtypeCode.float32, output.id)
    } else {
      kernel(
        left.id,
        heap.shape(0, x.shape),
        x.shape.length,
        right.id,
        heap.shape(1, y.shape),
        y.shape.length,
        dtypeCode.float32,
        output.id
      )
    }
    return output
  }

  private zip(x: Tensor, y: Tensor, dtype: Dtype, f: (x: number, y: number) => number): Tensor {
    const shape = broadcastShapes(x.shape, y.shape)!
    const output = this.make(shape, dtype)
    const same = sameShape(x.shape, y.shape)
    // Of one shape they are one long row.
    const [xShape, yShape, rows] = same ? [[output.size], [output.size], [output.size]] : [x.shape, y.shape, shape]
    if (output.size > 0) zipLoop(this.place(x), xShape, this.place(y), yShape, this.place(output), rows, f)
    return output
  }
}
