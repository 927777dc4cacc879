/** Numbers that follow from a seed: weights of outputs, directions of inputs. */
import { drawUniform } from '../../random/drawUniform'
import { childKey, randomKey } from '../../random/key'

/** Multiples of 1/16 from 1/2 to 3/2 with either sign: exact in float32, never 0, no two alike for long. */
export const weights = (seed: number, purpose: number, size: number): Float64Array =>
  drawUniform(childKey(randomKey(seed), purpose), size, -1, 1).map(
    (value) => (value < 0 ? -1 : 1) * (0.5 + Math.floor(Math.abs(value) * 17) / 16)
  )
