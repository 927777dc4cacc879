/** Environment variables that TensorFlow reads once, when its library starts. */

/**
 * What gradfold sets before the library starts, where the user has set nothing:
 * - a GPU's memory grows with what is used, instead of being taken whole;
 * - float32 products are float32 on a GPU: TF32 keeps 10 bits, too few for a gradient check;
 * - oneDNN's variants of kernels are off: as fast here, but different from run to run with the threads, and announced by
 *   a banner on standard error that nothing else silences;
 * - one operation runs at a time, so more than one thread between operations would only wait;
 * - warnings and notes are not printed (`gradfold doctor` shows them).
 */
const presets: Readonly<Record<string, string>> = {
  TF_FORCE_GPU_ALLOW_GROWTH: 'true',
  NVIDIA_TF32_OVERRIDE: '0',
  TF_ENABLE_ONEDNN_OPTS: '0',
  TF_NUM_INTEROP_THREADS: '1',
  TF_CPP_MIN_LOG_LEVEL: '2'
}

/** Threads inside an operation: TensorFlow takes all cores unless this says otherwise. */
export const THREADS = 'TF_NUM_INTRAOP_THREADS'

/** All that gradfold sets or reads. */
export const environmentNames: ReadonlyArray<string> = [THREADS, ...Object.keys(presets)]

/** Sets what the user has not; has no effect on a library that has started. */
export const prepareEnvironment = (environment: NodeJS.ProcessEnv): void => {
  for (const [name, value] of Object.entries(presets)) environment[name] ??= value
}
