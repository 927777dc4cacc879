/** `onTape` for a body that waits. */
import { type Kernels, memory, startTape, type Tape, type TapeSettings } from 'gradfold'

/** Runs a body on a tape whose tensors are released at its end; fails if what it made elsewhere is still live. */
export const onTapeAsync = async <A>(
  kernels: Kernels,
  body: (tape: Tape) => Promise<A>,
  settings: TapeSettings = {}
): Promise<A> => {
  const before = memory(kernels)
  const own = kernels.withOwnAllocations()
  try {
    return await body(startTape(own, settings))
  } finally {
    own.allocations.releaseAll()
    expect(memory(kernels)).toEqual(before)
  }
}
