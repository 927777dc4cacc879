/**
 * The data of the headline benchmark, from a counter-based hash of integers alone, so that a program in any language makes
 * the same bytes: ten classes of four prototypes of 784 grey levels with noise about them, the first weights, and the order
 * of the examples in each epoch.
 */

export const PIXELS = 784
export const CLASSES = 10
const MODES = 4
/** Grey levels that a pixel of a prototype lies above or below 128. */
const CONTRAST = 13
const NOISE = 90
const GOLDEN_RATIO = 0x9e3779b9

/** Numbered streams of a seed. */
const STREAM = { prototype: 1, label: 2, mode: 3, noise: 4, order: 100, weights: 200 }

const hash = (x: number): number => {
  let bits = x | 0
  bits = Math.imul(bits ^ (bits >>> 16), 0x7feb352d)
  bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b)
  return (bits ^ (bits >>> 16)) >>> 0
}

const streamKey = (seed: number, stream: number): number =>
  hash(Math.imul(seed + 1, GOLDEN_RATIO) ^ hash(stream + 0x51ed27))

const draw = (key: number, index: number): number => hash(hash(index) ^ key)

export interface Examples {
  /** [n, 784], from 0 to 1. */
  readonly images: Float32Array
  readonly labels: Int32Array
}

export interface HeadlineData {
  readonly train: Examples
  readonly test: Examples
}

export const headlineData = (samples: number, tests: number, seed: number): HeadlineData => {
  const prototypes = new Int32Array(CLASSES * MODES * PIXELS)
  const prototypeKey = streamKey(seed, STREAM.prototype)
  for (let i = 0; i < prototypes.length; i++) {
    prototypes[i] = 128 + ((draw(prototypeKey, i) & 1) === 1 ? CONTRAST : -CONTRAST)
  }
  const labelKey = streamKey(seed, STREAM.label)
  const modeKey = streamKey(seed, STREAM.mode)
  const noiseKey = streamKey(seed, STREAM.noise)
  const count = samples + tests
  const images = new Float32Array(count * PIXELS)
  const labels = new Int32Array(count)
  for (let example = 0; example < count; example++) {
    const label = draw(labelKey, example) % CLASSES
    labels[example] = label
    const prototype = (label * MODES + (draw(modeKey, example) % MODES)) * PIXELS
    for (let pixel = 0; pixel < PIXELS; pixel++) {
      const at = example * PIXELS + pixel
      const bits = draw(noiseKey, at)
      const four = (bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24)
      const level = prototypes[prototype + pixel]! + (((four - 510) * NOISE) >> 8)
      images[at] = Math.min(255, Math.max(0, level)) / 255
    }
  }
  return {
    train: { images: images.subarray(0, samples * PIXELS), labels: labels.subarray(0, samples) },
    test: { images: images.subarray(samples * PIXELS), labels: labels.subarray(samples) }
  }
}

/** He's weights, [in, out]: nearly normal, the sum of twelve even numbers. */
export const headlineWeights = (inFeatures: number, outFeatures: number, seed: number, which: number): Float32Array => {
  const key = streamKey(seed, STREAM.weights + which)
  const deviation = Math.sqrt(2 / inFeatures)
  return Float32Array.from({ length: inFeatures * outFeatures }, (_, i) => {
    let sum = 0
    for (let k = 0; k < 12; k++) sum += draw(key, i * 12 + k) >>> 8
    return (sum / 16777216 - 6) * deviation
  })
}

/** The order of the examples in an epoch: by their hashed keys. */
export const headlineOrder = (count: number, seed: number, epoch: number): Int32Array => {
  const key = streamKey(seed, STREAM.order + epoch)
  // A key and its index in one double: they sort together.
  const keys = Float64Array.from({ length: count }, (_, i) => draw(key, i) * 2 ** 21 + i).sort()
  return Int32Array.from(keys, (both) => both % 2 ** 21)
}
