/** Writes a file again and again until it is killed; says so on its output when there is a first one. */
import { isLeft } from 'fp-ts/Either'
import { writeSafetensors } from '../../../src/file/writeSafetensors'
import { tensorOf } from './rounds'

const file = process.argv[2] ?? ''
const first = Number(process.argv[3])
for (let round = first; ; round++) {
  const written = writeSafetensors(file, [{ name: 'a', tensor: tensorOf(round) }])
  if (isLeft(written)) throw new Error(written.left.message)
  if (round === first) process.stdout.write('ready')
}
