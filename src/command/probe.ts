/** Whether an addon computes, found out in a process of its own: a broken library may end it by a signal or never come back. */
import { extname, join } from 'node:path'
import { type Either, left, right } from 'fp-ts/Either'
import { type Ended, runProgram } from './setup/runProgram'

/** Before the answer: a library may print, too. */
export const MARK = 'gradfold-probe '
/** Loading takes a second; from a slow disk, perhaps a minute. */
const LIMIT_MILLISECONDS = 120_000

export interface Probed {
  /** TensorFlow's version, as the library says it. */
  readonly version: string
  readonly gpu: boolean
  /** All that TensorFlow wrote while it started. */
  readonly log: string
}

export interface ProbeSettings {
  readonly environment?: NodeJS.ProcessEnv
  readonly stop?: AbortSignal
  /** In milliseconds. A GPU for which TensorFlow has no code ready may need minutes at its first start. */
  readonly limit?: number
  /** How to run TypeScript or JavaScript: Node's own options. */
  readonly options?: ReadonlyArray<string>
}

/** Loads the addon elsewhere and has it compute: TensorFlow's version and device, or why not. */
export const probe = async (addon: string, settings: ProbeSettings = {}): Promise<Either<string, Probed>> => {
  const { environment = process.env, stop = new AbortController().signal, limit = LIMIT_MILLISECONDS } = settings
  const program = join(__dirname, `probeAddon${extname(__filename)}`)
  const ended = await runProgram(process.execPath, [...(settings.options ?? process.execArgv), program, addon], {
    environment: { ...environment, TF_CPP_MIN_LOG_LEVEL: '0' },
    stop,
    limit
  })
  const answer = ended.output.split('\n').findLast((line) => line.startsWith(MARK))
  if (ended.how !== 'exited' || ended.status !== 0 || answer === undefined) return left(downfall(ended, limit))
  const found: unknown = JSON.parse(answer.slice(MARK.length))
  if (isProbed(found)) return right({ version: found.version, gpu: found.gpu, log: ended.errors })
  return left(typeof found === 'string' ? found : 'it gave no answer')
}

const isProbed = (value: unknown): value is Pick<Probed, 'version' | 'gpu'> =>
  typeof value === 'object' &&
  value !== null &&
  'version' in value &&
  typeof value.version === 'string' &&
  'gpu' in value &&
  typeof value.gpu === 'boolean'

const downfall = ({ how, status, signal, errors }: Ended, limit: number): string => {
  const last = plainLines(errors).at(-1)
  const words = last === undefined ? '' : `; its last words: ${last}`
  if (how === 'stopped') return 'it was stopped'
  if (how === 'late') return `it gave no answer within ${limit / 1000} s${words}`
  return signal === null
    ? `it ended the process with status ${status ?? '?'}${words}`
    : `it ended the process by ${signal}${words}`
}

/** Whether this reason is the end of the process that probed, which a process that loads the addon itself would share. */
export const isFatal = (reason: string): boolean => /^it (ended|gave)/.test(reason)

/** Lines in which TensorFlow tells why it leaves a GPU alone. */
const reasons =
  /GPU will not be used|cuInit|Cannot dlopen|Could not load dynamic|Could not find cuda|driver does not appear|Ignoring visible|No visible GPU|CUDA_ERROR|CUDA error|kernel version|DSO version/i

/** Why TensorFlow uses no GPU, in its own words; undefined where its log does not tell. */
export const gpuReason = (log: string): string | undefined => {
  const told = plainLines(log).filter((line) => reasons.test(line))
  return told.length === 0 ? undefined : [...new Set(told)].map((line) => line.replace(/\.$/, '')).join('; ')
}

/** Without time, thread and place in the source: "I0000 00:00:1795345701.373431   24896 cudart_stub.cc:31] " and older forms. */
const plainLines = (log: string): ReadonlyArray<string> =>
  log
    .split('\n')
    .map((line) => line.replace(/^\S.*?[\w/.]+\.(cc|h):\d+\] /, '').trim())
    .filter((line) => line !== '')
