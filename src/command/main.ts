#!/usr/bin/env node
/** The command `gradfold`. */
import { isLeft } from 'fp-ts/Either'
import { type Command, parseCommand, usage } from './commandLine'
import { doctor } from './doctor'
import { realWorld } from './setup/realWorld'
import { setupTensorflow } from './setup/setupTensorflow'
import { undoSetup } from './setup/undoSetup'

const run = async (command: Command): Promise<number> => {
  switch (command.name) {
    case 'help':
      process.stdout.write(usage)
      return 0
    case 'setup':
      return setupTensorflow(command.request, realWorld())
    case 'undo':
      return undoSetup(realWorld())
    case 'doctor':
      return doctor()
  }
}

const main = async (): Promise<void> => {
  const command = parseCommand(process.argv.slice(2))
  if (isLeft(command)) process.stderr.write(`${command.left}\n\n${usage}`)
  process.exitCode = isLeft(command) ? 1 : await run(command.right)
}

void main()
