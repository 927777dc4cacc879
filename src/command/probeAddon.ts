/** The process that `probe` starts: loads the addon that its argument names, has it compute, and prints what came of it. */
import { isLeft } from 'fp-ts/Either'
import { openAddon } from '../kernels/tensorflow/openAddon'
import { MARK } from './probe'

const opened = openAddon(process.argv[2] ?? '')
const answer = isLeft(opened) ? opened.left : { version: opened.right.TF_Version, gpu: opened.right.isUsingGpuDevice() }
process.stdout.write(`${MARK}${JSON.stringify(answer)}\n`)
