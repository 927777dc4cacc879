/** Runs the tests that the runner chose, and skips what comes after the first failure. */
const { TestEnvironment } = require('jest-environment-node')
const run = require('./run')

/** Specs of stack depth and of long runs: seconds that no mutant needs. */
const long = /100,000|many steps/

module.exports = class extends TestEnvironment {
  failed = false

  constructor(config, context) {
    super(config, context)
    // Read by specs.js.
    this.global.specFiles = run.files
  }

  handleTestEvent({ name, test }, state) {
    if (name === 'run_start' && run.names) state.testNamePattern = { test: (id) => run.names.has(id) }
    if (name === 'test_start' && (this.failed || long.test(test.name) || long.test(test.parent.name))) {
      test.mode = 'skip'
    }
    if (name === 'test_fn_failure' || name === 'hook_failure') {
      this.failed = true
      run.killer = fileOf(test)
    }
  }
}

/** Of a test, the name of the outermost `describe`. */
const fileOf = (block) => (block.parent.parent ? fileOf(block.parent) : block.name)
