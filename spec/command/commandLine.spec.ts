import { left, right } from 'fp-ts/Either'
import { parseCommand, usage } from '../../src/command/commandLine'

const parse = (line: string): ReturnType<typeof parseCommand> => parseCommand(line === '' ? [] : line.split(' '))

describe('parseCommand', () => {
  it.each([
    ['', { name: 'help' }],
    ['--help', { name: 'help' }],
    ['setup-tensorflow --help', { name: 'help' }],
    ['doctor -h', { name: 'help' }],
    ['doctor', { name: 'doctor' }],
    ['setup-tensorflow', { name: 'setup', request: { build: 'cpu' } }],
    ['setup-tensorflow --cuda', { name: 'setup', request: { build: 'cuda' } }],
    ['setup-tensorflow --from some/dir', { name: 'setup', request: { build: 'given', from: 'some/dir' } }],
    ['setup-tensorflow --from=some/dir', { name: 'setup', request: { build: 'given', from: 'some/dir' } }],
    ['setup-tensorflow --undo', { name: 'undo' }]
  ])('takes "%s"', (line, command) => expect(parse(line)).toEqual(right(command)))

  it.each([
    ['setup', "Unknown command 'setup'."],
    ['--cuda', "Unknown command '--cuda'."],
    ['setup-tensorflow --gpu', "Unknown option '--gpu'"],
    ['setup-tensorflow cuda', "Unexpected argument 'cuda'"],
    ['setup-tensorflow --from', "Option '--from <value>' argument missing"],
    ['setup-tensorflow --from=', '--from needs a folder.'],
    ['setup-tensorflow --cuda --from dir', '--cuda chooses what to download, and --from downloads nothing'],
    ['setup-tensorflow --undo --cuda', '--undo stands alone'],
    ['setup-tensorflow --undo --from dir', '--undo stands alone'],
    ['doctor --now', "Unknown option '--now'"]
  ])('refuses "%s"', (line, message) => {
    expect(parse(line)).toEqual(left(expect.stringContaining(message)))
  })

  it('names every option in its usage', () => {
    for (const word of ['setup-tensorflow', '--cuda', '--from DIR', '--undo', 'doctor', '--help']) {
      expect(usage).toContain(word)
    }
  })
})
