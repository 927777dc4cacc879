/** What the soak command calls a leak. */
import { type Reading, whatGrew } from '../benchmark/soakVerdict'

const MEBIBYTE = 1048576
const STEPS = 100_000

const readings = (change: (steps: number) => Partial<Reading> = () => ({})): ReadonlyArray<Reading> =>
  Array.from({ length: 101 }, (_, i) => {
    const steps = i === 0 ? 1000 : i * 1000
    const base = { steps, failed: steps / 10, loss: 0.1, tensors: 12, bytes: 696, reserved: 16 * MEBIBYTE }
    return { ...base, heapUsed: 8 * MEBIBYTE, heapTotal: 20 * MEBIBYTE, rss: 80 * MEBIBYTE, ...change(steps) }
  })

it('nothing, where nothing grows, or only V8 takes more for its heap', () => {
  expect(whatGrew(readings(), STEPS)).toEqual([])
  const jump = (steps: number) => (steps > 70_000 ? { heapTotal: 36 * MEBIBYTE, rss: 96 * MEBIBYTE } : {})
  expect(whatGrew(readings(jump), STEPS)).toEqual([])
  expect(whatGrew(readings(() => ({ reserved: undefined })), STEPS)).toEqual([]) // prettier-ignore
})

it('one tensor, one byte of the kernels, a hundred bytes a step in the process or in the heap', () => {
  const late = (change: Partial<Reading>) => (steps: number) => (steps === STEPS ? change : {})
  expect(whatGrew(readings(late({ tensors: 13 })), STEPS)).toEqual([
    'live tensors: 12 after 1000 steps, 13 after 100000'
  ])
  expect(whatGrew(readings(late({ bytes: 700 })), STEPS)).toHaveLength(1)
  expect(whatGrew(readings(late({ reserved: 16 * MEBIBYTE + 1 })), STEPS)).toHaveLength(1)
  expect(
    whatGrew(
      readings((steps) => ({ rss: 80 * MEBIBYTE + 100 * steps })),
      STEPS
    )
  ).toEqual(["the process without V8's heap: 63.0 MiB in the first half, 67.2 in the second (medians)"])
  expect(
    whatGrew(
      readings((steps) => ({ heapUsed: 8 * MEBIBYTE + 100 * steps })),
      STEPS
    )
  ).toHaveLength(1)
  expect(
    whatGrew(
      readings(() => ({ rss: NaN })),
      STEPS
    )
  ).toHaveLength(1)
})
