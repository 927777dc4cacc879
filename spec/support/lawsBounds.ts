/** How far the gradients of one program can be apart by rounding alone, when sums are added in another order. */
import { type Kernels, startTape, type Values } from 'gradfold'
import { record } from '../../src/tape/record'
import type { Variable } from '../../src/tape/variable'
import { gradientsOf, parametersOn, type Program, type Step, valuesOf } from './lawsPrograms'
import { rightOf } from './results'

/** Half the distance from 1 to the next number. */
export const roundingOf = ({ name }: Kernels): number => (name === 'reference' ? 2 ** -53 : 2 ** -24)

/** The most roundings that one number of a cotangent goes through in one derivative: sums of up to 48 terms, and a few more. */
const ROUNDINGS = 64

interface Reach {
  /** Not less than the sum of the sizes of all that was added up to the cotangent. */
  readonly size: Float64Array
  /** How far it can be from that of another order. */
  readonly apart: Float64Array
  readonly terms: number
}

/**
 * For each node how far its gradients in two orders can be apart; undefined where none flows. With J the Jacobian of a step
 * and |J| that of its sizes, a cotangent c of size s that may be off by d gives |J|' s and |J|' d to an input. A derivative whose
 * upstream gradient is the same to the bit gives the same; one that is not rounds anew, by up to ROUNDINGS u (|J|' s + max s): max s is
 * for what cancels within a derivative, as in 1 - y^2, where no factor is above 1. n terms in two orders are 2 (n - 1) u |J|' s apart;
 * two terms are not, for x + y is y + x. With `rounds` the upstream gradient is another from the start: all derivatives round anew.
 */
export const boundsOf = (
  kernels: Kernels,
  { leaves, steps, output }: Program,
  nodes: ReadonlyArray<Variable>,
  values: ReadonlyArray<Values>,
  rounds = false
): ReadonlyArray<Float64Array | undefined> => {
  const u = roundingOf(kernels)
  const reached = new Map<number, Reach>()
  reached.set(output, { size: Float64Array.of(1), apart: Float64Array.of(0), terms: 1 })
  const apartOf = ({ size, apart, terms }: Reach): Float64Array => {
    const reordered = terms > 2 || rounds || apart.some((d) => d > 0)
    // 1 % for what is of second order in u.
    return apart.map((d, i) => 1.01 * (d + (reordered ? 2 * (terms - 1) * u * size[i]! : 0)))
  }
  for (let place = steps.length - 1; place >= 0; place--) {
    const reach = reached.get(leaves.length + place)
    if (reach === undefined) continue
    const apart = apartOf(reach)
    const anew = rounds || apart.some((d) => d > 0)
    const largest = Math.max(0, ...reach.size)
    const { inputs } = steps[place]!
    sizesOfSlopes(kernels, steps[place]!, nodes, values).forEach((slopes, slot) => {
      if (slopes === undefined) return
      const node = inputs[slot]!
      const known = reached.get(node)
      const size = times(slopes, reach.size)
      const off = times(slopes, apart).map((d, i) => d + (anew ? 2 * ROUNDINGS * u * (size[i]! + largest) : 0))
      reached.set(node, {
        size: size.map((s, i) => s + (known?.size[i] ?? 0)),
        apart: off.map((d, i) => d + (known?.apart[i] ?? 0)),
        terms: 1 + (known?.terms ?? 0)
      })
    })
  }
  return nodes.map((_, node) => {
    const reach = reached.get(node)
    return reach && apartOf(reach)
  })
}

/** The transposed |J| of a step for each of its inputs, a row for each number of the input. */
const sizesOfSlopes = (
  kernels: Kernels,
  { primitive, attributes, inputs }: Step,
  nodes: ReadonlyArray<Variable>,
  values: ReadonlyArray<Values>
): ReadonlyArray<ReadonlyArray<Float64Array> | undefined> => {
  const own = kernels.withOwnAllocations()
  try {
    const hosts = inputs.map((node) => ({
      shape: nodes[node]!.shape,
      dtype: nodes[node]!.dtype,
      values: values[node]!
    }))
    const { tape, value: variables } = rightOf(parametersOn(startTape(own), hosts))
    const { tape: later, value: y } = rightOf(record(tape, primitive, variables, attributes))
    // Row by row: the shape of `jacobian` may have more axes than the kernels take.
    const rows = Array.from(valuesOf(y), (_, row) => {
      const upstream = Float64Array.from({ length: valuesOf(y).length }, (__, i) => (i === row ? 1 : 0))
      return gradientsOf(later, y, variables, upstream)
    })
    return variables.map((_, slot) =>
      rows[0]?.[slot] === undefined
        ? undefined
        : Array.from(values[inputs[slot]!]!, (__, i) => Float64Array.from(rows, (row) => Math.abs(row[slot]![i]!)))
    )
  } finally {
    own.allocations.releaseAll()
  }
}

const times = (rows: ReadonlyArray<Float64Array>, x: Float64Array): Float64Array =>
  Float64Array.from(rows, (row) => row.reduce((total, slope, i) => total + slope * x[i]!, 0))
