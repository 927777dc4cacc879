/** Batch normalisation in TensorFlow's fused calls, of images `[rows, 1, 1, features]`. */
import {
  batchMomentOf,
  type BatchNormGradient,
  batchNormGradientOf,
  batchNormOf,
  type Moment,
  type Running
} from '../batchNormOf'
import type { Operations } from '../operations'
import { sizeOf } from '../shape'
import type { Tensor } from '../tensor'
import { batchNormGradients, batchNorms } from './attributes'
import { TensorflowElementwise } from './tensorflowElementwise'
import { own } from './tensorflowTensor'

/**
 * The fused call adds up in float32 one after the other: of 4,096 rows whose mean is a hundred deviations it is off by 3e-4, of 512
 * by 2e-5, of 1e6 equal numbers by 1 %. What it is composed of is not.
 */
const LONGEST_SUM = 512

/** What a call left that its gradient and the running statistics are made of: TensorFlow's ids. */
export interface Normed {
  /** x as an image. */
  readonly image: number
  /** As FusedBatchNormGradV3 wants them. */
  readonly reserves: ReadonlyArray<number>
  /** What the running statistics become, until someone takes them. */
  mean: number | undefined
  variance: number | undefined
}

export abstract class TensorflowNorm extends TensorflowElementwise {
  /** What compositions are made of. */
  protected abstract operations(): Operations<Tensor>

  batchNorm(x: Tensor, scale: Tensor, offset: Tensor, running: Running<Tensor>, eps: number): Tensor {
    if (!isFused(x)) return batchNormOf(this.operations(), x, scale, offset, eps, this.free)
    const { id, normed } = this.normed(x, scale, offset, eps, running)
    const shaped = this.orElse(
      () => this.shapedLike(id, x),
      () => this.forget(normed)
    )
    const output = this.made(x.shape, 'float32', shaped)
    output.normed = normed
    return output
  }

  batchNormGradient(upstream: Tensor, x: Tensor, scale: Tensor, y: Tensor, eps: number): BatchNormGradient<Tensor> {
    if (!isFused(x)) return batchNormGradientOf(this.operations(), upstream, x, scale, eps, this.free)
    return this.withNormed(x, scale, y, eps, ({ image, reserves }) =>
      this.withImage(upstream, (g) => {
        const inputs = [g, image, own(scale).id, ...reserves]
        const [toX, toScale, toOffset, ...unused] = this.session.executeForAll(
          'FusedBatchNormGradV3',
          inputs,
          5,
          batchNormGradients(eps)
        )
        for (const id of unused) this.session.delete(id)
        const shaped = this.orElse(
          () => this.shapedLike(toX!, x),
          () => [toScale!, toOffset!].forEach((id) => this.session.delete(id))
        )
        return [
          this.made(x.shape, 'float32', shaped),
          this.made(scale.shape, 'float32', toScale!),
          this.made(scale.shape, 'float32', toOffset!)
        ]
      })
    )
  }

  batchMoment(x: Tensor, y: Tensor, running: Running<Tensor>, moment: Moment): Tensor {
    if (!isFused(x)) return batchMomentOf(this.operations(), x, running, moment, this.free)
    const kept = own(y).normed
    const id = kept?.[moment]
    if (kept !== undefined && id !== undefined) {
      kept[moment] = undefined
      return this.made(x.shape.slice(-1), 'float32', id)
    }
    // The same call again: what a tape gives must not depend on who has asked before.
    const again = this.normed(x, running.mean, running.mean, 1, running)
    this.session.delete(again.id)
    const found = again.normed[moment]!
    again.normed[moment] = undefined
    this.forget(again.normed)
    return this.made(x.shape.slice(-1), 'float32', found)
  }

  private readonly free = (spent: Tensor): void => this.release(spent)

  private normed(
    x: Tensor,
    scale: Tensor,
    offset: Tensor,
    eps: number,
    running: Running<Tensor> | undefined
  ): { readonly id: number; readonly normed: Normed } {
    const { session } = this
    const image = this.image(x)
    const nothing = session.floats([])
    // With a momentum of 1 TensorFlow wants none, and gives the moments themselves.
    const blends = running !== undefined && running.momentum !== 1
    const statistics = blends ? [own(running.mean).id, own(running.variance).id] : [nothing, nothing]
    const inputs = [image, own(scale).id, own(offset).id, ...statistics]
    const attributes = batchNorms(eps, blends ? running.momentum : 1)
    const [id, mean, variance, ...reserves] = this.orElse(
      () => session.executeForAll('FusedBatchNormV3', inputs, 6, attributes),
      () => session.delete(image)
    )
    return { id: id!, normed: { image, reserves, mean, variance } }
  }

  /** With what the call that made y has left, or with that of the same call made again. */
  private withNormed<A>(x: Tensor, scale: Tensor, y: Tensor, eps: number, body: (normed: Normed) => A): A {
    const kept = own(y).normed
    if (kept !== undefined) return body(kept)
    const { id, normed } = this.normed(x, scale, scale, eps, undefined)
    this.session.delete(id)
    try {
      return body(normed)
    } finally {
      this.forget(normed)
    }
  }

  private withImage<A>(x: Tensor, body: (id: number) => A): A {
    return x.shape.length === 4 ? body(own(x).id) : this.with(this.image(x), body)
  }

  /** An id of its own, whatever the rank. */
  private image(x: Tensor): number {
    const features = x.shape.at(-1)!
    const { session } = this
    const shape = x.shape.length === 4 ? x.shape : [own(x).size / features, 1, 1, features]
    return session.execute('Reshape', [own(x).id, session.ints(shape)])
  }

  /** An image in the shape of x: the id itself, or another one in its place. */
  private shapedLike(image: number, { shape }: Tensor): number {
    if (shape.length === 4) return image
    return this.with(image, (id) => this.session.execute('Reshape', [id, this.session.ints(shape)]))
  }

  /** Where a call fails, what no tensor has yet is given back. */
  private orElse<A>(call: () => A, giveBack: () => void): A {
    try {
      return call()
    } catch (thrown) {
      giveBack()
      throw thrown
    }
  }
}

const isFused = ({ shape }: Tensor): boolean => {
  const rows = sizeOf(shape.slice(0, -1))
  return rows > 1 && rows <= LONGEST_SUM && shape.at(-1)! > 0
}
