/** A setup in a process of its own, to be killed: its argument is a sandbox as JSON. */
import { setupTensorflow } from '../../../src/command/setup/setupTensorflow'
import { reportTo } from '../../../src/command/setup/report'
import { type Sandbox, worldIn } from './sandbox'

const isSandbox = (value: unknown): value is Sandbox => typeof value === 'object' && value !== null && 'folder' in value
const sandbox: unknown = JSON.parse(process.argv[2] ?? '')
if (!isSandbox(sandbox)) throw new Error('a sandbox is missing')
void setupTensorflow({ build: 'cpu' }, worldIn(sandbox, reportTo(process.stdout, process.stderr)))
