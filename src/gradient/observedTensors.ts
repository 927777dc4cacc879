import type { Kernels } from '../kernels/kernels'
import type { Listener } from '../kernels/observation'
import type { Tensor } from '../kernels/tensor'
import { inputCount, inputsOf, type Variable } from '../tape/variable'
import { Tensors } from './tensors'

/** Folding with tensors while somebody listens. A class of its own, so that the fold has nothing to ask when nobody does. */
export class ObservedTensors extends Tensors {
  private readonly started = performance.now()
  private begun = 0
  private bytes = 0
  private derivatives = 0

  constructor(
    kernels: Kernels,
    private readonly observer: Listener,
    private readonly path: string
  ) {
    super(kernels)
  }

  override begin(entry: Variable): void {
    super.begin(entry)
    this.derivatives++
    this.bytes = 0
    this.begun = performance.now()
  }

  override claim(x: Tensor): void {
    super.claim(x)
    this.bytes += x.bytes
  }

  override end(): void {
    super.end()
    const microseconds = (performance.now() - this.begun) * 1000
    const { bytes, entry } = this
    if (entry === undefined) return
    const { path, primitive, shape } = entry
    const inputs = inputsOf(entry).map((input) => input.shape)
    this.observer({ kind: 'derivative', name: primitive.name, inputs, output: shape, microseconds, bytes, path })
  }

  /** After the fold. */
  done(gradients: ReadonlyMap<Variable, Tensor>): void {
    const microseconds = (performance.now() - this.started) * 1000
    // An entry that was computed has had its derivative taken; leaves have none, and are all in the map.
    const leaves = [...gradients.keys()].filter((entry) => inputCount(entry) === 0).length
    this.observer({ kind: 'backward', entries: this.derivatives + leaves, microseconds, path: this.path })
  }
}
