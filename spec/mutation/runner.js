/**
 * Jest's runner for one mutant, quickly. specs.js is run with a few files first, then with more, until a test fails: that has
 * killed the mutant. Files that killed lately come first, for the next mutant is a line away. Stryker names the tests that
 * reach a mutant in one regular expression of up to 1,700 alternatives, which jest would try on every test: a set answers at
 * once, and says which files need not be loaded.
 */
const { default: JestRunner } = require('jest-runner')
const run = require('./run')
const { specFiles } = require('./specFiles')

/** The names in `(one test)|(another)`, as Stryker quotes them; undefined where all tests run. */
const namesIn = (pattern) =>
  pattern &&
  new Set(
    pattern
      .slice(1, -1)
      .split(')|(')
      .map((name) => name.replace(/\\(.)/g, '$1'))
  )

/** Spec files, those that killed last first. */
let order = specFiles

module.exports = class extends JestRunner {
  failed = false

  async runTests([specs], watcher, options) {
    this.on('test-file-success', ([, { numFailingTests }]) => this.end(numFailingTests > 0))
    this.on('test-file-failure', () => this.end(true))
    const names = namesIn(this._globalConfig.testNamePattern)
    const reaching = names && new Set([...names].map((name) => name.split(' ', 1)[0]))
    const files = order.filter((file) => reaching?.has(file) ?? true)
    for (const batch of [files.slice(0, 2), files.slice(2, 8), files.slice(8)]) {
      if (batch.length === 0 || this.failed) break
      Object.assign(run, { files: batch, names })
      await super.runTests([specs], watcher, options)
    }
  }

  end(failed) {
    this.failed = failed
    if (failed && run.killer) order = [run.killer, ...order.filter((file) => file !== run.killer)]
  }
}
