/** Specs as one file, for jest loads the library anew for each: those that the runner chose. */
const { join } = require('node:path')

for (const file of globalThis.specFiles) {
  describe(file, () => {
    require(join(__dirname, '..', file))
  })
}
