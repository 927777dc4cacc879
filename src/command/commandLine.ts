/** What the words after `gradfold` ask for. */
import { parseArgs } from 'node:util'
import { type Either, left, right } from 'fp-ts/Either'
import { messageOf } from '../kernels/tensorflow/openAddon'
import type { Request } from './setup/plan'

export type Command =
  | { readonly name: 'help' }
  | { readonly name: 'setup'; readonly request: Request }
  | { readonly name: 'undo' }
  | { readonly name: 'doctor' }

export const usage = `Usage: gradfold COMMAND

  setup-tensorflow     set up TensorFlow's own kernels, for the CPU (274 MB to download, 854 MB on the disk)
    --cuda             for NVIDIA's GPUs as well (3.4 GB to download, 5.7 GB on the disk)
    --from DIR         with a TensorFlow that is there already
    --undo             remove what setup made
  doctor               which kernels, which device, which versions, and why not the others

  --help               these lines
`

/** The command; else what is wrong with the words. */
export const parseCommand = (words: ReadonlyArray<string>): Either<string, Command> => {
  const [name, ...rest] = words
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') return right({ name: 'help' })
  try {
    if (name === 'setup-tensorflow') return parseSetup(rest)
    if (name === 'doctor') return parseDoctor(rest)
  } catch (thrown) {
    return left(messageOf(thrown))
  }
  return left(`Unknown command '${name}'.`)
}

const help = { type: 'boolean', short: 'h', default: false } as const

const parseSetup = (words: ReadonlyArray<string>): Either<string, Command> => {
  const { values } = parseArgs({
    args: [...words],
    options: {
      cuda: { type: 'boolean', default: false },
      from: { type: 'string' },
      undo: { type: 'boolean', default: false },
      help
    }
  })
  const { cuda, from, undo } = values
  if (values.help) return right({ name: 'help' })
  if (undo && (cuda || from !== undefined))
    return left('--undo stands alone: it removes whichever TensorFlow was set up.')
  if (cuda && from !== undefined)
    return left('--cuda chooses what to download, and --from downloads nothing: give one of them.')
  if (from === '') return left('--from needs a folder.')
  if (undo) return right({ name: 'undo' })
  return right({
    name: 'setup',
    request: from === undefined ? { build: cuda ? 'cuda' : 'cpu' } : { build: 'given', from }
  })
}

const parseDoctor = (words: ReadonlyArray<string>): Either<string, Command> => {
  const { values } = parseArgs({ args: [...words], options: { help } })
  return right({ name: values.help ? 'help' : 'doctor' })
}
