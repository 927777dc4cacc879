import { Writable } from 'node:stream'
import { automatic, bar, lines, type Progress, silent } from 'gradfold'

/** What is written to a stream that may say that it is a terminal. */
const stream = (isTTY: boolean): { readonly stream: NodeJS.WriteStream; readonly text: () => string } => {
  const parts: string[] = []
  const writable = new Writable({
    write: (chunk: Buffer, _, done) => {
      parts.push(chunk.toString())
      done()
    }
  })
  // A terminal's stream has a file behind it; that much of one is all that a bar asks for.
  const terminal = Object.assign(writable, { isTTY, columns: 100 }) as unknown as NodeJS.WriteStream
  return { stream: terminal, text: () => parts.join('') }
}

const epoch = (progress: Progress, number: number): void => {
  progress.start(number, 2, 2)
  progress.step(1, 0.75)
  progress.step(2, 0.5)
  progress.end(number, 2, { loss: 0.625, 'test accuracy': 0.9 }, 1.25)
}

const line = (number: number): string => `epoch ${number}/2  loss 0.6250  test accuracy 0.9000  1.3 s\n`

describe('lines', () => {
  it('writes one line after each epoch, and nothing else', () => {
    const written: string[] = []
    const progress = lines((text) => written.push(text))
    epoch(progress, 1)
    progress.start(2, 2, 2)
    progress.step(1, 0.75)
    progress.stop()
    expect(written).toEqual([line(1)])
  })
})

describe('silent', () => {
  it('says nothing', () => {
    const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true)
    epoch(silent, 1)
    silent.stop()
    expect(write).not.toHaveBeenCalled()
    write.mockRestore()
  })
})

describe('bar', () => {
  beforeEach(() => {
    jest.useFakeTimers()
  })
  afterEach(() => {
    jest.useRealTimers()
  })

  it('fills during an epoch, leaves a line, and can start again', () => {
    const terminal = stream(true)
    const progress = bar(terminal.stream)
    progress.start(1, 2, 2)
    progress.step(1, 0.75)
    jest.advanceTimersByTime(250)
    expect(terminal.text()).toMatch(/epoch 1\/2 .* 1\/2 {2}loss 0\.7500/)
    progress.step(2, 0.5)
    progress.end(1, 2, { loss: 0.625, 'test accuracy': 0.9 }, 1.25)
    expect(terminal.text()).toMatch(/2\/2 {2}loss 0\.5000/)
    expect(terminal.text().endsWith(line(1))).toBe(true)
    expect(jest.getTimerCount()).toBe(0)
    epoch(progress, 2)
    expect(terminal.text().endsWith(line(2))).toBe(true)
    expect(jest.getTimerCount()).toBe(0)
  })

  it('stops where an epoch breaks off, and twice does no harm', () => {
    const terminal = stream(true)
    const progress = bar(terminal.stream)
    progress.start(1, 2, 2)
    expect(jest.getTimerCount()).toBe(1)
    progress.stop()
    progress.stop()
    expect(jest.getTimerCount()).toBe(0)
    expect(terminal.text()).not.toContain('epoch 1/2  loss')
  })

  it('leaves the cursor as it is: nobody would show it again after Ctrl-C', () => {
    const terminal = stream(true)
    epoch(bar(terminal.stream), 1)
    expect(terminal.text()).not.toContain('\u001b[?25l')
  })
})

describe('automatic', () => {
  it('is a bar on a terminal and lines elsewhere', () => {
    jest.useFakeTimers()
    const [terminal, file] = [stream(true), stream(false)]
    epoch(automatic(terminal.stream), 1)
    epoch(automatic(file.stream), 1)
    expect(file.text()).toBe(line(1))
    expect(terminal.text().length).toBeGreaterThan(line(1).length)
    jest.useRealTimers()
  })
})
