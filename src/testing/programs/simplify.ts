/** Smaller shapes and plainer numbers, as long as the program stays wrong. */
import { sizeOf } from '../../kernels/shape'
import type { HostTensor, Shape, Values } from '../../kernels/tensor'
import type { IsWrong } from './minimize'
import type { Program, Step } from './program'

/** So many programs are tried at most. */
const TRIALS = 400

/** The same steps on fewer leaves, smaller shapes, plainer numbers: what is accepted is tried again until nothing is. */
export const simplify = (program: Program, isWrong: IsWrong): Program => {
  let plainest = program
  let trials = 0
  for (let changed = true; changed && trials < TRIALS;) {
    changed = false
    for (const pass of [merged, shrunk, squeezed, plain, plainNumbers]) {
      for (const candidate of pass(plainest)) {
        if (++trials > TRIALS) return plainest
        if (!isWrong(candidate)) continue
        plainest = candidate
        changed = true
        break
      }
    }
  }
  return plainest
}

/** One leaf in place of two. */
function* merged(program: Program): Iterable<Program> {
  const { leaves } = program
  for (const [from, leaf] of leaves.entries()) {
    for (const [to, kept] of leaves.slice(0, from).entries()) {
      if (leaf.dtype !== kept.dtype) continue
      const moved = (node: number): number => (node === from ? to : node > from ? node - 1 : node)
      yield {
        leaves: leaves.filter((_, place) => place !== from),
        steps: program.steps.map((step) => ({ ...step, inputs: step.inputs.map(moved) })),
        output: moved(program.output)
      }
    }
  }
}

/** One size becomes a smaller one, wherever it is. */
function* shrunk(program: Program): Iterable<Program> {
  const sizes = new Set(program.leaves.flatMap(({ shape }) => shape.filter((size) => size > 1)))
  for (const size of [...sizes].sort((one, other) => other - one)) {
    for (const smaller of [1, 2, 3]) if (smaller < size) yield resized(program, size, smaller)
  }
}

const resized = (program: Program, from: number, to: number): Program => {
  const changed = (size: number): number => (size === from ? to : size)
  return {
    ...program,
    leaves: program.leaves.map((leaf) => reshaped(leaf, leaf.shape.map(changed))),
    steps: program.steps.map((step) => ({ ...step, attributes: withSizes(step.attributes, changed) }))
  }
}

/** Attributes that say sizes say the new ones; all others stay. */
const withSizes = (attributes: unknown, changed: (size: number) => number): unknown => {
  if (typeof attributes !== 'object' || attributes === null) return attributes
  const told = Object.entries(attributes).map(([key, value]: readonly [string, unknown]) => {
    if (!['shape', 'size', 'depth'].includes(key)) return [key, value]
    return [
      key,
      Array.isArray(value) ? value.map(Number).map(changed) : typeof value === 'number' ? changed(value) : value
    ]
  })
  return Object.fromEntries(told)
}

/** All leaves of the highest rank lose their first axis, if its size is 1. */
function* squeezed(program: Program): Iterable<Program> {
  const rank = Math.max(...program.leaves.map(({ shape }) => shape.length))
  const highest = program.leaves.filter(({ shape }) => shape.length === rank)
  if (rank === 0 || highest.some(({ shape }) => shape[0] !== 1) || program.steps.some(namesAxes)) return
  yield {
    ...program,
    leaves: program.leaves.map((leaf) => (leaf.shape.length === rank ? reshaped(leaf, leaf.shape.slice(1)) : leaf))
  }
}

const namesAxes = ({ attributes }: Step): boolean =>
  typeof attributes === 'object' &&
  attributes !== null &&
  Object.values<unknown>({ ...attributes }).some((value) => typeof value === 'number' || Array.isArray(value))

/** All numbers of a leaf become plain. */
function* plain(program: Program): Iterable<Program> {
  for (const [place, leaf] of program.leaves.entries()) {
    const ways: ReadonlyArray<(value: number, i: number) => number> =
      leaf.dtype === 'float32'
        ? [
            () => 1,
            (_, i) => i + 1,
            Math.round,
            (value) => Number(value.toPrecision(1)),
            (value) => Number(value.toPrecision(2))
          ]
        : [() => 0]
    for (const way of ways) {
      const values = filled(leaf, (i) => way(leaf.values[i]!, i))
      if (total(values) < total(leaf.values)) yield withLeaf(program, place, { ...leaf, values })
    }
  }
}

/** One number becomes plain. */
function* plainNumbers(program: Program): Iterable<Program> {
  for (const [place, leaf] of program.leaves.entries()) {
    if (leaf.values.length > 8 || leaf.dtype !== 'float32') continue
    for (const [position, value] of leaf.values.entries()) {
      for (const plainer of [1, 2, Math.round(value), Number(value.toPrecision(1))]) {
        if (complexity(plainer) >= complexity(value)) continue
        const values = filled(leaf, (i) => (i === position ? plainer : leaf.values[i]!))
        yield withLeaf(program, place, { ...leaf, values })
      }
    }
  }
}

/** So that what is tried only ever gets plainer: the length of a number's text. */
const complexity = (value: number): number => String(value).length * 10 + Math.min(9, Math.abs(value))

const withLeaf = (program: Program, place: number, leaf: HostTensor): Program => ({
  ...program,
  leaves: program.leaves.map((kept, i) => (i === place ? leaf : kept))
})

/** The same numbers from the start, as many as there is room for. */
const reshaped = (leaf: HostTensor, shape: Shape): HostTensor => {
  const { length } = leaf.values
  const source = (i: number): number => leaf.values[i % Math.max(1, length)] ?? 0
  const values = Float64Array.from({ length: sizeOf(shape) }, (_, i) => source(i))
  return { ...leaf, shape, values: ofDtype(leaf, values) }
}

const filled = (leaf: HostTensor, value: (i: number) => number): Values =>
  ofDtype(
    leaf,
    Float64Array.from(leaf.values, (_, i) => value(i))
  )

const ofDtype = ({ dtype }: HostTensor, values: Float64Array): Values =>
  dtype === 'float32' ? values : dtype === 'int32' ? Int32Array.from(values) : Uint8Array.from(values)

const total = (values: Values): number => Array.from(values, complexity).reduce((sum, one) => sum + one, 0)
