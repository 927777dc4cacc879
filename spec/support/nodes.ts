/**
 * `npm run test:nodes`: the smoke part of the suite on each Node that gradfold supports, one after the other; with
 * arguments (`npm run test:nodes -- 24`) on those alone. The Node at hand stands for its own line of versions. A Node that
 * cannot be had is named at the end and is no failure, as long as another one ran: the network may be away.
 */
import { isLeft, isRight, right } from 'fp-ts/Either'
import { findPackage, readSetup } from '../../src/kernels/tensorflow/installation'
import { nodeBinary } from '../smoke/nodeBinary'
import { buildProgram, runProgram, runSpecs } from '../smoke/smokeTest'

/** The newest of each line when this was written: a newer one is a change to look at, not a surprise. */
const pinned: ReadonlyArray<string> = ['20.20.2', '22.23.3', '24.21.0', '26.10.0']
const atHand = process.versions.node

const lineOf = (version: string): string => version.split('.')[0] ?? version

const versionsFor = (lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  [...pinned.filter((version) => lineOf(version) !== lineOf(atHand)), atHand]
    .filter((version) => lines.length === 0 || lines.includes(lineOf(version)))
    .toSorted((one, other) => Number(lineOf(one)) - Number(lineOf(other)))

/** Prints how it went; whether it went well. */
const passesOn = (version: string, node: string, sets: ReadonlyArray<string>): boolean => {
  const begin = performance.now()
  const program = runProgram(node, sets)
  const { count, wrong } = runSpecs(node, sets)
  const seconds = ((performance.now() - begin) / 1000).toFixed(1)
  const failures = [program, wrong].filter((text) => text !== undefined)
  if (failures.length === 0) {
    console.log(`ok      Node ${version}: ${sets.join(' and ')}, the program and ${count} specs (${seconds} s)`)
    return true
  }
  console.log(`FAILED  Node ${version} (${seconds} s): npm run test:nodes -- ${lineOf(version)}`)
  console.log(`\n${failures.join('\n\n').trim()}\n`)
  return false
}

const main = (): boolean => {
  const versions = versionsFor(process.argv.slice(2))
  if (versions.length === 0) {
    console.log(`Which Node? It is one of ${versionsFor([]).map(lineOf).join(', ')}, or no argument for all.`)
    return false
  }
  const broken = buildProgram()
  if (broken !== undefined) {
    console.log(`The package cannot be built:\n${broken}`)
    return false
  }
  const folder = findPackage()
  const native = folder !== undefined && isRight(readSetup(folder))
  const sets = native ? ['wasm', 'tensorflow'] : ['wasm']
  const passed: string[] = []
  const failed: string[] = []
  const notRun = native ? [] : ['tensorflow: it is not set up (npm run setup:tensorflow), so all ran on wasm only']
  for (const version of versions) {
    const node = version === atHand ? right(process.execPath) : nodeBinary(version)
    if (isLeft(node)) notRun.push(`Node ${version}: ${node.left}`)
    else (passesOn(version, node.right, sets) ? passed : failed).push(version)
  }
  if (notRun.length > 0) console.log(`\nNot run here:\n${notRun.join('\n')}`)
  if (failed.length > 0) console.log(`\nFailed: Node ${failed.join(', ')}.`)
  else console.log(passed.length > 0 ? `\nPassed: Node ${passed.join(', ')}.` : '\nNothing ran.')
  return failed.length === 0 && passed.length > 0
}

process.exitCode = main() ? 0 : 1
