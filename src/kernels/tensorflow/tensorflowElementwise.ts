/** Elementwise kernels. */
import { broadcastShapes, sameShape } from '../shape'
import type { Dtype, Shape, Tensor } from '../tensor'
import * as attributes from './attributes'
import { TensorflowUpdates } from './tensorflowUpdates'
import { own } from './tensorflowTensor'

/** Of more axes TensorFlow broadcasts no two tensors that take turns in being the smaller one. */
export const BROADCAST_RANK = 5

export abstract class TensorflowElementwise extends TensorflowUpdates {
  cast(x: Tensor, dtype: Dtype): Tensor {
    return this.made(x.shape, dtype, this.session.execute('Cast', [own(x).id], attributes.casts[dtype]))
  }

  add(x: Tensor, y: Tensor): Tensor {
    return this.binary('AddV2', x, y)
  }
  sub(x: Tensor, y: Tensor): Tensor {
    return this.binary('Sub', x, y)
  }
  mul(x: Tensor, y: Tensor): Tensor {
    return this.binary('Mul', x, y)
  }
  div(x: Tensor, y: Tensor): Tensor {
    return this.binary('RealDiv', x, y)
  }
  maximum(x: Tensor, y: Tensor): Tensor {
    return this.binary('Maximum', x, y)
  }
  minimum(x: Tensor, y: Tensor): Tensor {
    return this.binary('Minimum', x, y)
  }

  neg(x: Tensor): Tensor {
    return this.unary('Neg', x)
  }
  exp(x: Tensor): Tensor {
    return this.unary('Exp', x)
  }
  expm1(x: Tensor): Tensor {
    return this.unary('Expm1', x)
  }
  log(x: Tensor): Tensor {
    return this.unary('Log', x)
  }
  sqrt(x: Tensor): Tensor {
    return this.unary('Sqrt', x)
  }
  square(x: Tensor): Tensor {
    return this.unary('Square', x)
  }
  abs(x: Tensor): Tensor {
    return this.unary('Abs', x)
  }
  sign(x: Tensor): Tensor {
    return this.unary('Sign', x)
  }
  relu(x: Tensor): Tensor {
    return this.unary('Relu', x)
  }
  reluGradient(upstream: Tensor, output: Tensor): Tensor {
    // Not ReluGrad, which multiplies by a mask: infinity times 0 is NaN.
    return this.with(this.session.execute('Sign', [own(output).id]), (mask) =>
      this.made(upstream.shape, 'float32', this.session.execute('MulNoNan', [own(upstream).id, mask]))
    )
  }
  sigmoid(x: Tensor): Tensor {
    return this.unary('Sigmoid', x)
  }
  tanh(x: Tensor): Tensor {
    return this.unary('Tanh', x)
  }
  softplus(x: Tensor): Tensor {
    return this.unary('Softplus', x)
  }
  erf(x: Tensor): Tensor {
    return this.unary('Erf', x)
  }

  equal(x: Tensor, y: Tensor): Tensor {
    return this.equality('Equal', x, y)
  }
  notEqual(x: Tensor, y: Tensor): Tensor {
    return this.equality('NotEqual', x, y)
  }
  less(x: Tensor, y: Tensor): Tensor {
    return this.ordered('Less', x, y)
  }
  lessEqual(x: Tensor, y: Tensor): Tensor {
    return this.ordered('LessEqual', x, y)
  }
  greater(x: Tensor, y: Tensor): Tensor {
    return this.ordered('Greater', x, y)
  }
  greaterEqual(x: Tensor, y: Tensor): Tensor {
    return this.ordered('GreaterEqual', x, y)
  }

  select(condition: Tensor, x: Tensor, y: Tensor): Tensor {
    const shape = broadcastShapes(condition.shape, broadcastShapes(x.shape, y.shape)!)!
    const call = (...inputs: ReadonlyArray<number>): Tensor =>
      this.made(shape, x.dtype, this.session.execute('SelectV2', inputs))
    if (shape.length <= BROADCAST_RANK) return call(own(condition).id, own(x).id, own(y).id)
    return this.widened(condition, shape, (c) =>
      this.widened(x, shape, (left) => this.widened(y, shape, (right) => call(c, left, right)))
    )
  }

  private unary(operation: string, x: Tensor): Tensor {
    return this.made(x.shape, x.dtype, this.session.execute(operation, [own(x).id]))
  }

  private binary(operation: string, x: Tensor, y: Tensor, dtype: Dtype = x.dtype): Tensor {
    const shape = broadcastShapes(x.shape, y.shape)!
    const call = (left: number, right: number): Tensor =>
      this.made(shape, dtype, this.session.execute(operation, [left, right]))
    if (shape.length <= BROADCAST_RANK) return call(own(x).id, own(y).id)
    return this.widened(x, shape, (left) => this.widened(y, shape, (right) => call(left, right)))
  }

  private equality(operation: string, x: Tensor, y: Tensor): Tensor {
    return this.binary(operation, x, y, 'bool')
  }

  /** Hands over a tensor as it is, or repeated to the shape: half of the axes first, for no call takes turns more than four times. */
  protected widened<A>(x: Tensor, shape: Shape, body: (id: number) => A): A {
    const { session } = this
    const { id } = own(x)
    if (sameShape(x.shape, shape)) return body(id)
    const repeated = (of: number, to: Shape): number => session.execute('BroadcastTo', [of, session.ints(to)])
    if (shape.length <= BROADCAST_RANK) return this.with(repeated(id, shape), body)
    const padded = [...new Array<number>(shape.length - x.shape.length).fill(1), ...x.shape]
    const half = [...shape.slice(0, 4), ...padded.slice(4)]
    return this.with(repeated(id, half), (middle) => this.with(repeated(middle, shape), body))
  }

  private ordered(operation: string, x: Tensor, y: Tensor): Tensor {
    if (x.dtype !== 'bool') return this.binary(operation, x, y, 'bool')
    // TensorFlow knows no order of bools.
    const numbers = [this.cast(x, 'int32'), this.cast(y, 'int32')] as const
    try {
      return this.binary(operation, ...numbers, 'bool')
    } finally {
      for (const number of numbers) this.release(number)
    }
  }
}
