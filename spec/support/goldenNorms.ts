/** The programs of spec/golden/rows_layers.py: norms, dropout, embedding, bilinear layers and moments. */
import { pipe } from 'fp-ts/function'
import {
  andThen,
  type Bilinear,
  bilinearForward,
  channelDropout,
  channelDropoutForward,
  concat,
  dropout,
  dropoutForward,
  embeddingForward,
  evaluation,
  forward,
  groupNorm,
  groupNormForward,
  instanceNorm,
  instanceNormForward,
  type Layer,
  layerNorm,
  layerNormForward,
  map,
  moments,
  reshape,
  type Result,
  rmsNorm,
  rmsNormForward,
  type Tape,
  type Traced,
  type Variable
} from 'gradfold'
import type { Program } from './derivatives'
import type { GoldenOptions } from './golden'

type Programs = Readonly<Record<string, (options: GoldenOptions) => Program>>

/** A norm's own parameters among the inputs: x, scale, offset. */
const affine = ([, scale, offset]: ReadonlyArray<Variable>): {
  readonly scale?: Variable
  readonly offset?: Variable
} => ({ ...(scale && { scale }), ...(offset && { offset }) })

/** The layer as it begins, of x. */
const begun =
  (create: (tape: Tape, options: GoldenOptions) => Result<Traced<Layer>>) =>
  (options: GoldenOptions): Program =>
  (tape, [x]) =>
    pipe(
      create(tape, options),
      andThen((at, layer) => forward(at, layer, x!))
    )

/** Training or evaluation, and back to what the tape was. */
const inMode = (tape: Tape, { training = true }: GoldenOptions, f: (tape: Tape) => Result<Traced<Variable>>) =>
  training ? f(tape) : f(evaluation(tape))

const channelsOf = (x: Variable): number => x.shape.at(-1)!

export const normPrograms: Programs = {
  bilinearForward:
    () =>
    (tape, [x1, x2, weight, bias]) => {
      const [outFeatures, in1Features, in2Features] = weight!.shape
      const layer: Bilinear = {
        _tag: 'Bilinear',
        in1Features: in1Features!,
        in2Features: in2Features!,
        outFeatures: outFeatures!,
        weight: weight!,
        ...(bias && { bias })
      }
      return bilinearForward(tape, layer, x1!, x2!)
    },
  channelDropoutForward:
    (options) =>
    (tape, [x]) =>
      inMode(tape, options, (at) => channelDropoutForward(at, channelDropout({ p: options.p! }), x!)),
  dropoutForward:
    (options) =>
    (tape, [x]) =>
      inMode(tape, options, (at) => dropoutForward(at, dropout({ p: options.p! }), x!)),
  embeddingForward:
    (options) =>
    (tape, [indices, weight]) => {
      const [count, features] = weight!.shape
      const padding = options.paddingIndex === undefined ? {} : { paddingIndex: options.paddingIndex }
      const layer = { _tag: 'Embedding', count: count!, features: features!, weight: weight!, ...padding } as const
      return embeddingForward(tape, layer, indices!)
    },
  groupNorm: begun((tape, { groups, channels }) => groupNorm(tape, groups!, channels!)),
  groupNormForward:
    ({ groups, eps }) =>
    (tape, inputs) => {
      const channels = channelsOf(inputs[0]!)
      const layer = { _tag: 'GroupNorm', groups: groups!, channels, eps: eps!, ...affine(inputs) } as const
      return groupNormForward(tape, layer, inputs[0]!)
    },
  instanceNorm: begun((tape, { channels }) => instanceNorm(tape, channels!)),
  instanceNormForward:
    ({ eps }) =>
    (tape, inputs) => {
      const layer = { _tag: 'InstanceNorm', channels: channelsOf(inputs[0]!), eps: eps!, ...affine(inputs) } as const
      return instanceNormForward(tape, layer, inputs[0]!)
    },
  layerNorm: begun((tape, { shape }) => layerNorm(tape, shape!)),
  layerNormForward:
    ({ shape, eps }) =>
    (tape, inputs) =>
      layerNormForward(tape, { _tag: 'LayerNorm', shape: shape!, eps: eps!, ...affine(inputs) }, inputs[0]!),
  moments:
    ({ axes }) =>
    (tape, [x]) =>
      pipe(
        moments(tape, x!, { axis: axes! }),
        andThen((at, { mean, variance }) =>
          pipe(
            reshape(at, mean, [1, ...mean.shape]),
            andThen((next, first) =>
              pipe(
                reshape(next, variance, [1, ...mean.shape]),
                map((second) => [first, second])
              )
            ),
            andThen(concat)
          )
        )
      ),
  rmsNorm: begun((tape, { shape }) => rmsNorm(tape, shape!)),
  rmsNormForward:
    ({ shape, eps }) =>
    (tape, inputs) =>
      rmsNormForward(tape, { _tag: 'RmsNorm', shape: shape!, eps: eps!, ...affine(inputs) }, inputs[0]!)
}
