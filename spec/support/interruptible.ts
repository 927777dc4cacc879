/** A training run in a process of its own, to be interrupted: its argument is the checkpoint. Says when a step is done. */
import { isLeft } from 'fp-ts/Either'
import { fit, referenceKernels, startTape } from 'gradfold'
import { startWide, wideSettings } from './resuming'

const file = process.argv[2] ?? ''
const step = (): void => {
  process.stdout.write('step\n')
}

const main = async (): Promise<void> => {
  const fitted = await fit(startWide(startTape(referenceKernels(), { seed: 5 })), {
    ...wideSettings,
    epochs: 1_000_000,
    checkpoint: { file },
    progress: { start: () => {}, step, end: () => {}, stop: () => {} }
  })
  if (isLeft(fitted)) throw new Error(fitted.left.message)
  process.stdout.write(`${fitted.right.ended._tag} after ${fitted.right.state.value.optimizer.step} updates\n`)
}

void main()
