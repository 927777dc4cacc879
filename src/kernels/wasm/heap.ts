/**
 * One instance of TensorFlow.js' WebAssembly kernels and its memory. The binary's seven imports are written out here,
 * so neither the Emscripten loader (which is asynchronous and installs process-wide listeners) nor tfjs-core is needed:
 * a call costs 0.2 to 0.4 us where tfjs' own kernel functions cost 2.
 */
import { readFileSync } from 'node:fs'
import { KernelFailure } from '../kernels'
import type { WasmExports } from './exports'

/** What is used of a global that Node has and its types lack. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown }
  readonly RuntimeError: new (message: string) => Error
}

const BINARY = '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm'
const PAGE = 65536
/** What Emscripten allows: 4 GiB less one page. */
const MAXIMUM_BYTES = 4294901760
/** Kept from our own tensors so that the kernels' own small allocations, which abort when they fail, find room. */
const RESERVE_BYTES = 33554432

export class Heap {
  readonly call: WasmExports
  /** Views of the whole memory; new ones after each growth, so never keep one across an allocation. */
  f32!: Float32Array
  i32!: Int32Array
  u8!: Uint8Array
  /** Live tensors and the bytes of their numbers. */
  tensors = 0
  bytes = 0
  private lastId = 0
  /** Ids whose tensors are gone. */
  private readonly freeIds: number[] = []
  private lost = false
  private allocating = false
  private readonly shapes: number

  constructor(private readonly limit: number = MAXIMUM_BYTES) {
    const module = new WebAssembly.Module(readFileSync(require.resolve(BINARY)))
    const instance = new WebAssembly.Instance(module, this.imports())
    this.call = instance.exports as WasmExports
    this.view()
    this.call.__wasm_call_ctors()
    this.call.init()
    this.shapes = this.call.malloc(4 * MAX_SHAPE * 3) >>> 0
  }

  /** The address of this many bytes; XNNPACK reads up to 16 bytes past the end, so they are there. */
  allocate(bytes: number): number {
    if (this.lost) throw new KernelFailure('lost', LOST)
    this.allocating = true
    const address = this.call.malloc(bytes + 16) >>> 0
    this.allocating = false
    // malloc's 0 would be taken for an address, and the kernels would overwrite the heap's low end.
    if (address === 0)
      throw new KernelFailure('outOfMemory', outOfMemory(bytes, this.bytes, this.limit - RESERVE_BYTES))
    return address
  }

  free(address: number): void {
    if (!this.lost) this.call.free(address)
  }

  /** Fails now rather than inside a kernel that is about to allocate this much itself and would abort. */
  ensure(bytes: number): void {
    this.free(this.allocate(bytes))
  }

  /**
   * Makes a block known to the kernels; its id. Ids are used again, for the binary counts them in 32 bits, and of two live
   * tensors with one id the second would be taken for the first.
   */
  register(address: number, size: number): number {
    const id = this.freeIds.pop() ?? ++this.lastId
    this.call.register_tensor(id, size, address)
    return id
  }

  /** Forgets the id, and what XNNPACK cached for it. Does not free the block. */
  unregister(id: number): void {
    if (this.lost) return
    this.call.dispose_data(id)
    this.freeIds.push(id)
  }

  /** Writes sizes where a kernel can read them; one of three places, overwritten by the next call. */
  shape(place: 0 | 1 | 2, sizes: ReadonlyArray<number>): number {
    const address = this.shapes + place * 4 * MAX_SHAPE
    const { i32 } = this
    for (let i = 0, at = address >>> 2; i < sizes.length; i++) i32[at + i] = sizes[i]!
    return address
  }

  /** A trap leaves the binary's stack as it was then: nothing that it computes can be trusted any more. */
  failure(thrown: unknown): KernelFailure | undefined {
    if (!(thrown instanceof WebAssembly.RuntimeError)) return undefined
    this.lost = true
    return new KernelFailure('lost', `${LOST} The trap was: ${thrown.message}`)
  }

  private view(): void {
    const { buffer } = this.call.memory
    this.f32 = new Float32Array(buffer)
    this.i32 = new Int32Array(buffer)
    this.u8 = new Uint8Array(buffer)
  }

  private grow(requested: number): boolean {
    const limit = this.allocating ? this.limit - RESERVE_BYTES : this.limit
    if (requested > limit) return false
    const now = this.u8.length
    // A fifth more than asked for makes repeated growth linear; at most 96 MiB more.
    for (const wanted of [Math.max(requested, Math.min(now * 1.2, requested + 100663296)), requested]) {
      try {
        this.call.memory.grow(Math.ceil((Math.min(wanted, limit) - now) / PAGE))
        this.view()
        return true
      } catch {
        // The machine has not that much; try less.
      }
    }
    return false
  }

  private imports(): object {
    const unsupported = (code: number) => (): number => code
    return {
      env: {
        abort: () => {
          throw new WebAssembly.RuntimeError('aborted')
        },
        emscripten_memcpy_big: (to: number, from: number, bytes: number) => {
          this.u8.copyWithin(to >>> 0, from >>> 0, (from >>> 0) + (bytes >>> 0))
        },
        emscripten_get_heap_max: () => this.limit,
        emscripten_resize_heap: (requested: number) => (this.grow(requested >>> 0) ? 1 : 0)
      },
      wasi_snapshot_preview1: {
        fd_close: unsupported(52),
        fd_seek: unsupported(70),
        // Messages of kernels ("not implemented for ...") come this way; what they would say is checked before.
        fd_write: (_file: number, blocks: number, count: number, written: number) => {
          let bytes = 0
          for (let i = 0; i < count; i++) bytes += this.i32[((blocks >>> 0) + 8 * i + 4) >>> 2]!
          this.i32[written >>> 2] = bytes
          return 0
        }
      }
    }
  }
}

/** The longest shape that a kernel is handed. */
const MAX_SHAPE = 8

const LOST =
  'The WebAssembly kernels stopped in the middle of a computation and cannot be used any more. ' +
  'Make new ones with wasmKernels() and start from numbers that were read or saved before.'

const mebibytes = (bytes: number): string => `${(bytes / 1048576).toFixed(1)} MiB`

const outOfMemory = (wanted: number, used: number, limit: number): string =>
  `No room for ${mebibytes(wanted)}: live tensors take ${mebibytes(used)} of at most ${mebibytes(limit)}. ` +
  'Release what is not needed: do the work inside scope(tape, ...), or use smaller batches.'
