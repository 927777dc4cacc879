/** What of a network's ten steps is not as in PyTorch, in words; and how large the errors are that are rounding. */
import type { Kernels } from 'gradfold'
import { goldenError, type Precision } from './goldenErrors'
import type { Judged } from './goldenComplaints'
import type { GoldenNetwork } from './goldenNetworks'
import { measureNetwork } from './goldenNetworkSteps'

interface Verdict {
  readonly pairs: ReadonlyArray<Judged>
  readonly complaints: ReadonlyArray<string>
}

/** With the old state kept or given away at each step. */
export const judgeNetwork = (kernels: Kernels, precision: Precision, row: GoldenNetwork, donate: boolean): Verdict => {
  const pairs = measureNetwork(kernels, row, donate).map((pair) => ({ ...pair, error: goldenError(pair, precision) }))
  // Not >, so that NaN is one.
  const off = pairs.filter(({ error }) => !(error <= precision.tolerance))
  return { pairs, complaints: off.map(({ what, error }) => `${what} is off by ${error.toExponential(1)}`) }
}
