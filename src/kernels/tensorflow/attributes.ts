/**
 * The attribute lists of TensorFlow's operations, built once. What a list leaves out TensorFlow infers: types from the
 * inputs, flags from their defaults. Each attribute that is said costs up to a microsecond a call.
 */
import type { Dtype } from '../tensor'
import {
  type Attributes,
  boolAttribute,
  dataType,
  floatAttribute,
  intAttribute,
  shapeAttribute,
  textAttribute,
  typeAttribute
} from './binding'

/** Operations of which TensorFlow knows everything from their inputs. */
export const none: Attributes = []

/** For reductions that leave sizes of 1. */
export const keepingAxes: Attributes = [boolAttribute('keep_dims', true)]

const pairs = (x: string, y: string): ReadonlyArray<Attributes> => [
  none,
  [boolAttribute(y, true)],
  [boolAttribute(x, true)],
  [boolAttribute(x, true), boolAttribute(y, true)]
]
/** By 2 if the first matrix is transposed, plus 1 if the second is. */
export const products = pairs('transpose_a', 'transpose_b')
export const batchedProducts = pairs('adj_x', 'adj_y')

const castTo = (type: number): Attributes => [typeAttribute('DstT', type)]
/** By what the result is. */
export const casts: Readonly<Record<Dtype, Attributes>> = {
  float32: castTo(dataType.float32),
  int32: castTo(dataType.int32),
  bool: castTo(dataType.bool)
}
export const widening = castTo(dataType.float64)
export const narrowing = castTo(dataType.float32)

/** A float32 variable; the shape, which has to be said, binds nobody. */
export const variable = (name: string): Attributes => [
  typeAttribute('dtype', dataType.float32),
  shapeAttribute('shape', []),
  textAttribute('shared_name', name)
]
/** What a variable holds is not inferred from it. */
export const held: Attributes = [typeAttribute('dtype', dataType.float32)]

/** Of `count` tensors: of a list of inputs nothing is inferred. */
export const concatenation = (count: number, dtype: Dtype): Attributes => [
  intAttribute('N', count),
  typeAttribute('T', dataType[dtype]),
  typeAttribute('Tidx', dataType.int32)
]

/** Lists by what they say, each built once; of a thousand settings not all are kept. */
const remembered = (make: (...numbers: ReadonlyArray<number>) => Attributes): typeof make => {
  const known = new Map<string, Attributes>()
  return (...numbers) => {
    const key = numbers.join()
    const list = known.get(key) ?? make(...numbers)
    if (known.size < 1000) known.set(key, list)
    return list
  }
}

/** Of FusedBatchNormV3, by eps and the share of the batch in the running statistics. */
export const batchNorms = remembered((eps, momentum) => [
  floatAttribute('epsilon', eps),
  floatAttribute('exponential_avg_factor', momentum)
])

/** Of FusedBatchNormGradV3, by eps. */
export const batchNormGradients = remembered((eps) => [floatAttribute('epsilon', eps)])
