/** Other programs, as setup runs them: nothing of them is left behind. */
import { spawn } from 'node:child_process'

/** From the request to end until force is used. */
const GRACE_MILLISECONDS = 3000

export interface ProgramSettings {
  readonly environment: NodeJS.ProcessEnv
  /** Ends the program and all that it started. */
  readonly stop: AbortSignal
  readonly folder?: string
  /** In milliseconds; without it, as long as it takes. */
  readonly limit?: number
  /** Standard output goes where ours goes. */
  readonly showOutput?: boolean
}

export interface Ended {
  /** `stopped` by our signal; `late` at the limit. */
  readonly how: 'exited' | 'absent' | 'late' | 'stopped'
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly output: string
  readonly errors: string
}

export const passed = ({ how, status }: Ended): boolean => how === 'exited' && status === 0

/** Resolves once the program and what it started have ended. */
export const runProgram = (
  program: string,
  settings: ReadonlyArray<string>,
  { environment, stop, folder, limit, showOutput = false }: ProgramSettings
): Promise<Ended> =>
  new Promise((resolve) => {
    const output: string[] = []
    const errors: string[] = []
    let how: Ended['how'] = 'exited'
    let force: NodeJS.Timeout | undefined
    // A group of its own, so that a signal reaches the compiler that make started for node-gyp that npm started.
    const child = spawn(program, settings, {
      env: environment,
      stdio: ['ignore', showOutput ? 'inherit' : 'pipe', 'pipe'],
      detached: true,
      ...(folder !== undefined && { cwd: folder })
    })
    child.stdout?.setEncoding('utf8').on('data', (text: string) => output.push(text))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => errors.push(text))

    const end = (reason: 'late' | 'stopped'): void => {
      if (how !== 'exited') return
      how = reason
      signalGroup(child.pid, 'SIGTERM')
      force = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), GRACE_MILLISECONDS)
    }
    const onStop = (): void => end('stopped')
    const timer = limit === undefined ? undefined : setTimeout(() => end('late'), limit)
    const settle = (status: number | null, signal: NodeJS.Signals | null): void => {
      clearTimeout(timer)
      clearTimeout(force)
      stop.removeEventListener('abort', onStop)
      resolve({ how, status, signal, output: output.join(''), errors: errors.join('') })
    }
    child.on('error', (error) => {
      errors.push(error.message)
      if (child.pid !== undefined) return
      how = 'absent'
      settle(null, null)
    })
    child.on('close', settle)
    stop.addEventListener('abort', onStop)
    if (stop.aborted) onStop()
  })

const signalGroup = (pid: number | undefined, signal: NodeJS.Signals): void => {
  try {
    if (pid !== undefined) process.kill(-pid, signal)
  } catch {
    // The group has ended already.
  }
}
