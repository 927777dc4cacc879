/** (a) The same kernel calls written out: no tape, no checks, every tensor released by its name. */
import type { Kernels, Tensor } from 'gradfold'
import { liveOf } from './contestant'
import { type ChainContestant, type ChainOperation, SHAPE, start } from './chain'

/** Keeps every intermediate to the end, as a tape has to. */
export const chainByHand = (operation: ChainOperation, kernels: Kernels): ChainContestant => ({
  name: 'by hand',
  live: liveOf(kernels),
  run: (entries) => {
    const began = performance.now()
    const x = kernels.upload(SHAPE, 'float32', start)
    const kept: Tensor[] = []
    let y = x
    for (let i = 0; i < entries; i++) {
      y = operation === 'add' ? kernels.add(y, x) : kernels.tanh(y)
      kept.push(y)
    }
    const total = kernels.sum(y, [0, 1], false)
    const recorded = performance.now()
    const gradient = operation === 'add' ? addBack(kernels, entries) : tanhBack(kernels, kept)
    const first = kernels.read(gradient)[0]!
    const folded = performance.now()
    for (const tensor of kept) kernels.release(tensor)
    for (const tensor of [x, total, gradient]) kernels.release(tensor)
    return { record: recorded - began, fold: folded - recorded, release: performance.now() - folded, gradient: first }
  }
})

/** Releases each y as soon as the next is there: less than any tape can do, for addition alone needs no y again. */
export const additionsReleased = (kernels: Kernels): ChainContestant => ({
  name: 'by hand, released at once',
  live: liveOf(kernels),
  run: (entries) => {
    const began = performance.now()
    const x = kernels.upload(SHAPE, 'float32', start)
    let y = x
    for (let i = 0; i < entries; i++) {
      const next = kernels.add(y, x)
      if (y !== x) kernels.release(y)
      y = next
    }
    const total = kernels.sum(y, [0, 1], false)
    const recorded = performance.now()
    const gradient = addBack(kernels, entries)
    const first = kernels.read(gradient)[0]!
    const folded = performance.now()
    for (const tensor of new Set([x, y, total, gradient])) kernels.release(tensor)
    return { record: recorded - began, fold: folded - recorded, release: performance.now() - folded, gradient: first }
  }
})

/** Every addition hands the gradient of the sum to x once more. */
const addBack = (kernels: Kernels, entries: number): Tensor => {
  const upstream = kernels.fill(SHAPE, 1, 'float32')
  let gradient = upstream
  for (let i = 0; i < entries; i++) {
    const next = kernels.add(gradient, upstream)
    if (gradient !== upstream) kernels.release(gradient)
    gradient = next
  }
  kernels.release(upstream)
  return gradient
}

/** g - g y^2 at each y, from the last to the first. */
const tanhBack = (kernels: Kernels, kept: ReadonlyArray<Tensor>): Tensor => {
  let gradient = kernels.fill(SHAPE, 1, 'float32')
  for (let i = kept.length - 1; i >= 0; i--) {
    const square = kernels.square(kept[i]!)
    const product = kernels.mul(gradient, square)
    const next = kernels.sub(gradient, product)
    for (const tensor of [square, product, gradient]) kernels.release(tensor)
    gradient = next
  }
  return gradient
}
