/** What the runner tells the environment: they are loaded by jest, each on its own, in one process. */
module.exports = {
  /** The spec files to load, as `tape/record.spec.ts`; undefined for all of them. */
  files: undefined,
  /** The tests to run; undefined for all of them. */
  names: undefined
}
