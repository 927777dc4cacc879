/** What PyTorch calls the variables of a layer, where it calls them otherwise. */
/** PyTorch's names of fields, by layer. Fields that are not here have the same name (weight, bias) and the same layout. */
interface Translation {
  readonly fields: Readonly<Record<string, string>>
  /** A counter that PyTorch's layer has beside and ours does not need: int64, a scalar. */
  readonly counter?: string
}
// A layer whose numbers lie in another order (convolution: HWIO here, OIHW there) needs the axes of its fields here, too.

const affine: Translation = { fields: { scale: 'weight', offset: 'bias' } }

const translations: ReadonlyMap<string, Translation> = new Map([
  [
    'BatchNorm',
    {
      fields: { ...affine.fields, runningMean: 'running_mean', runningVariance: 'running_var' },
      counter: 'num_batches_tracked'
    }
  ],
  ['LayerNorm', affine],
  ['GroupNorm', affine],
  ['InstanceNorm', affine],
  ['RmsNorm', affine],
  ['Prelu', { fields: { slope: 'weight' } }]
])

/** PyTorch's name of the variable at `path`, a field of a layer with this `_tag`. */
export const pytorchName = (path: string, tag: string | undefined): string => {
  const [layer, field] = split(path)
  return layer + (translations.get(tag ?? '')?.fields[field] ?? field)
}

/** The counter of the layer that has its first variable at `path`. */
export const pytorchCounter = (path: string, tag: string | undefined): string | undefined => {
  const counter = translations.get(tag ?? '')?.counter
  return counter === undefined ? undefined : split(path)[0] + counter
}

/** "0." and "weight" of "0.weight" */
const split = (path: string): readonly [layer: string, field: string] => {
  const at = path.lastIndexOf('.') + 1
  return [path.slice(0, at), path.slice(at)]
}
