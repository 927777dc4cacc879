/** A whole setup in a sandbox, and what there is to see afterwards. */
import { readdirSync } from 'node:fs'
import type { Request } from '../../../src/command/setup/plan'
import { setupTensorflow } from '../../../src/command/setup/setupTensorflow'
import { type Changes, listen, type Sandbox, worldIn } from './sandbox'

export interface Ran {
  readonly status: number
  readonly said: string
  readonly complained: string
}

export const run = async (
  sandbox: Sandbox,
  request: Request = { build: 'cpu' },
  changes: Changes = {}
): Promise<Ran> => {
  const heard = listen()
  const status = await setupTensorflow(request, worldIn(sandbox, heard.report, changes))
  return { status, said: heard.said(), complained: heard.complained() }
}

export const namesIn = (folder: string): ReadonlyArray<string> => readdirSync(folder).toSorted()

/** The package's folder without a setup, with one, and with one that a later run goes on from. */
export const untouched = ['binding', 'binding.gyp', 'package.json']
export const complete = ['binding', 'binding.gyp', 'deps', 'lib', 'package.json']
export const staged = ['binding', 'binding.gyp', 'deps.partial', 'package.json']

/** The stages of a setup from nothing. */
export const everything = ['download', 'unpack', 'build', 'check']
