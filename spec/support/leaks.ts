/** Kernels that a spec borrows, and the proof that it gave every tensor back. */
import { type Kernels, memory, startTape, type Tape, type TapeSettings } from 'gradfold'

/** Runs a body on a tape whose tensors are released at its end; fails if what it made elsewhere is still live. */
export const onTape = <A>(kernels: Kernels, body: (tape: Tape) => A, settings: TapeSettings = {}): A => {
  const before = memory(kernels)
  const own = kernels.withOwnAllocations()
  try {
    return body(startTape(own, settings))
  } finally {
    own.allocations.releaseAll()
    expect(memory(kernels)).toEqual(before)
  }
}
