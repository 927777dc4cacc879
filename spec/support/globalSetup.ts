/**
 * Jest gives each spec file a realm of its own with a copy of process.env, so what a spec sets there never reaches a
 * library. This runs before, in jest's own realm, whose variables the workers inherit. The addon itself is loaded by Node
 * once for each worker process, and all spec files in it share that TensorFlow.
 */
import { prepareEnvironment } from '../../src/kernels/tensorflow/environment'

const globalSetup = (): void => prepareEnvironment(process.env)

// eslint-disable-next-line no-restricted-syntax -- jest calls a default export
export default globalSetup
