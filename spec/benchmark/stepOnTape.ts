/** (b) as a user of gradfold writes it. */
import { pipe } from 'fp-ts/function'
import {
  adam,
  andThen,
  constant,
  forward,
  type Kernels,
  softmaxCrossEntropy,
  startTape,
  startTraining,
  trainingStep
} from 'gradfold'
import { rightOf } from '../support/results'
import { liveOf } from './contestant'
import { BATCH, FEATURES, network, type StepContestant } from './step'

export const stepOnTape = (kernels: Kernels, seed: number): StepContestant => {
  let state = startTraining(rightOf(network(startTape(kernels, { seed }))))
  const optimizer = adam()
  return {
    name: 'gradfold',
    live: liveOf(kernels),
    run: ({ images, labels }) => {
      const next = rightOf(
        trainingStep(
          state,
          optimizer,
          (tape, model) =>
            pipe(
              constant(tape, { shape: [BATCH, FEATURES], values: images }),
              andThen((at, x) => forward(at, model, x)),
              andThen((at, scores) => softmaxCrossEntropy(at, scores, labels))
            ),
          { donate: true }
        )
      )
      state = next
      return state.value.loss
    }
  }
}
