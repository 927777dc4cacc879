/** The specs that can tell a mutant of the folders in stryker.config.json from the original. */
const { readdirSync } = require('node:fs')
const { join } = require('node:path')

const folders = [
  'operation',
  'tape',
  'laws',
  'gradient',
  'loss',
  'layer',
  'model',
  'error',
  'golden',
  'optimizer',
  'training'
]

/** Of kernels and large numbers: seconds; rules.spec.ts holds the same rules. */
const large = ['adamOnKernels.spec.ts']

const specFiles = folders.flatMap((folder) =>
  readdirSync(join(__dirname, '..', folder))
    .filter((name) => name.endsWith('.spec.ts') && !large.includes(name))
    .map((name) => `${folder}/${name}`)
)

module.exports = { specFiles }
