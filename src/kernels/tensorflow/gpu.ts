/** What the system says of NVIDIA's GPUs, without asking TensorFlow. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where NVIDIA's driver for Linux describes each GPU in a text file. */
const DRIVER = '/proc/driver/nvidia/gpus'
/** The driver itself, and its stand-in under Windows' Linux. */
const DEVICES = ['/proc/driver/nvidia/version', '/dev/nvidiactl', '/dev/dxg']

/** Whether NVIDIA's driver is there. */
export const hasGpu = (): boolean => DEVICES.some((device) => existsSync(device))

/** The model of the first GPU; "GPU" where the driver does not tell. */
export const gpuName = (): string => {
  try {
    const [first] = readdirSync(DRIVER)
    const text = readFileSync(join(DRIVER, first ?? '', 'information'), 'utf8')
    return /^Model:\s*(.+)$/m.exec(text)?.[1]?.trim() ?? 'GPU'
  } catch {
    return 'GPU'
  }
}
