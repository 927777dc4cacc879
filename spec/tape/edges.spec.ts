/** What the tape takes in, walks over and hands back at the edges of what is plain. */
import { runInNewContext } from 'node:vm'
import { constant, of, referenceKernels, scope, sum } from 'gradfold'
import { toHost } from '../../src/tape/input'
import { collectTensors, isPlain } from '../../src/tape/structure'
import { inputAt, tensorOf } from '../../src/tape/variable'
import { onTape } from '../support/leaks'
import { leftOf, rightOf } from '../support/results'

describe('an array that comes in', () => {
  it('is shared where it is of the dtype already, and converted where it is not', () => {
    const whole = Int32Array.of(0, 1)
    expect(rightOf(toHost('probe', whole)).values).toBe(whole)
    expect(rightOf(toHost('probe', whole, 'bool')).values).toEqual(Uint8Array.of(0, 1))
    expect(rightOf(toHost('probe', Float32Array.of(0, 1), 'int32')).values).toEqual(whole)
  })

  it('is told what would fit', () => {
    expect(leftOf(toHost('probe', [1, 0.5], 'int32')).message).toMatch(
      /^probe cannot hold 0\.5 \(at position 1\) as int32, which takes whole numbers of 32 bits: use float32/
    )
    expect(leftOf(toHost('probe', [1, 2], 'bool')).message).toMatch(
      /^probe cannot hold 2 \(at position 1\) as bool, which takes 0 and 1, or false and true: use float32/
    )
  })
})

describe('what a scope returns of another tape', () => {
  it('is that very variable, and that very tensor with its owner', () => {
    onTape(referenceKernels(), (elsewhere) => {
      const stranger = rightOf(constant(elsewhere, [1, 2])).value
      const tensor = tensorOf(stranger)
      const { owner } = tensor
      onTape(referenceKernels(), (tape) => {
        const after = rightOf(scope(tape, (inner) => of(inner, { stranger, tensor })))
        expect(after.value.stranger).toBe(stranger)
        expect(after.tape.length).toBe(tape.length)
        expect(tensor.owner).toBe(owner)
      })
    })
  })
})

describe('a plain value', () => {
  it('may hold null, and may come from another realm', () => {
    const foreign: unknown = runInNewContext('({ a: null })')
    expect(typeof foreign === 'object' && foreign !== null && isPlain(foreign)).toBe(true)
    expect(collectTensors({ a: null, b: [null, foreign] })).toEqual({ variables: new Set(), tensors: new Set() })
    expect(isPlain(new Date())).toBe(false)
  })
})

it('an entry has no more inputs than it was recorded with', () => {
  onTape(referenceKernels(), (start) => {
    const { value: x, tape } = rightOf(constant(start, [1, 2]))
    const { value: total } = rightOf(sum(tape, x))
    expect(inputAt(total, 0)).toBe(x)
    for (const place of [1, 2, 3]) expect(() => inputAt(total, place)).toThrow(`entry 1 has no input ${place}`)
  })
})
