/** Grows a program step by step: every step fits what is there, and every number is computed as it goes. */
import { isLeft } from 'fp-ts/Either'
import type { Kernels } from '../../kernels/kernels'
import { sizeOf } from '../../kernels/shape'
import type { Dtype, Shape, Tensor } from '../../kernels/tensor'
import type { Primitive } from '../../tape/primitive'
import { hostTensor } from '../generators/hostTensor'
import { type Node, type Program, pruned } from './program'

/** Numbers beyond this would soon overflow, and their roundings hide slopes. */
const LARGEST = 1e3
/** The largest tensor. */
const ELEMENTS = 48

interface Grown {
  readonly node: Node
  readonly tensor: Tensor
  readonly values: ReadonlyArray<number>
}

/** What a leaf is filled with. */
export type Filling = 'any' | 'positive' | 'condition' | { readonly below: number }

/** Choices are numbers that a generator drew: each is taken once, in order; when there are none left they are 0. */
export class Builder {
  private readonly nodes: Grown[] = []
  private choices: ReadonlyArray<number> = []
  private taken = 0

  /** The tensors belong to these kernels, whose owner releases them. */
  constructor(private readonly kernels: Kernels) {}

  /** What the next choices are made by. */
  choose(choices: ReadonlyArray<number>): void {
    this.choices = choices
    this.taken = 0
  }

  /** A whole number from 0 to `count` - 1. */
  below(count: number): number {
    return (this.choices[this.taken++] ?? 0) % Math.max(1, count)
  }

  shapeOf(node: number): Shape {
    return this.nodes[node]!.tensor.shape
  }

  valuesOf(node: number): ReadonlyArray<number> {
    return this.nodes[node]!.values
  }

  /** One of the nodes of a dtype that this is true of; undefined if there is none. */
  find(dtype: Dtype, fits: (shape: Shape, values: ReadonlyArray<number>) => boolean = () => true): number | undefined {
    const found = [...this.nodes.keys()].filter((place) => {
      const { tensor, values } = this.nodes[place]!
      return tensor.dtype === dtype && fits(tensor.shape, values)
    })
    // Mostly the newest, so that a program is deep; any other now and then, so that variables are shared.
    return this.below(3) > 0 ? found.at(-1) : found[this.below(found.length)]
  }

  /** A new leaf: floats are multiples of 1/16 from -2 to 2 without 0, no two alike in one leaf of up to 60. */
  leaf(shape: Shape, filling: Filling = 'any'): number {
    const start = this.below(61)
    const numbers = Array.from({ length: sizeOf(shape) }, (_, i) => fillingAt(filling, start + 23 * i))
    const dtype = filling === 'condition' ? 'bool' : typeof filling === 'object' ? 'int32' : 'float32'
    const leaf = hostTensor(shape, numbers, dtype)
    const tensor = this.kernels.upload(shape, dtype, () => leaf.values)
    return this.nodes.push({ node: leaf, tensor, values: Array.from(leaf.values) }) - 1
  }

  /** Records a step, unless its operation refuses it or its numbers get out of hand. */
  step<A>(primitive: Primitive<A>, inputs: ReadonlyArray<number>, attributes: A): boolean {
    const tensors = inputs.map((node) => this.nodes[node]!.tensor)
    const type = primitive.rule(tensors, attributes)
    if (isLeft(type) || sizeOf(type.right.shape) > ELEMENTS || type.right.shape.length > 5) return false
    const tensor = primitive.run(this.kernels, tensors, attributes)
    const values = Array.from(this.kernels.read(tensor))
    if (values.some((value) => !(Math.abs(value) <= LARGEST))) return false
    this.nodes.push({ node: { primitive, attributes, inputs }, tensor, values })
    return true
  }

  /** What the newest float32 step was computed from; undefined if there is no step. */
  program(): Program | undefined {
    const output = this.nodes.findLastIndex(({ node, tensor }) => 'primitive' in node && tensor.dtype === 'float32')
    if (output < 0) return undefined
    return pruned(
      this.nodes.map(({ node }) => node),
      output
    )
  }
}

const fillingAt = (filling: Filling, i: number): number => {
  if (filling === 'condition') return i % 2
  if (typeof filling === 'object') return i % filling.below
  const size = 1 + (i % 30)
  const sign = filling === 'any' && i % 60 >= 30 ? -1 : 1
  return (sign * (size + 2)) / 16
}
