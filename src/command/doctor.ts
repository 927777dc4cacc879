/** `gradfold doctor`: a line for each thing that was found. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { examine } from './examine'

export interface Diagnosis {
  readonly lines: ReadonlyArray<string>
  /** False where GRADFOLD_KERNELS asks for kernels that cannot be had, or those that are there do not compute. */
  readonly usable: boolean
}

/** Which kernels there are, on which device, and why not the others. */
export const diagnosis = async (): Promise<Diagnosis> => {
  const { findings, usable } = await examine(versionOf(join(__dirname, '../../package.json')))
  const width = Math.max(...findings.map(({ topic }) => topic.length))
  return { usable, lines: findings.map(({ topic, text }) => `${topic.padEnd(width)}  ${text}`) }
}

/** Prints the diagnosis; gives the exit status. */
export const doctor = async (): Promise<number> => {
  const { lines, usable } = await diagnosis()
  process.stdout.write(`${lines.join('\n')}\n`)
  return usable ? 0 : 1
}

const versionOf = (file: string): string => {
  const content: unknown = JSON.parse(readFileSync(file, 'utf8'))
  return typeof content === 'object' && content !== null && 'version' in content ? String(content.version) : '?'
}
