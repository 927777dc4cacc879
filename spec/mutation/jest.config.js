// Specs for mutation testing: transpiled without types, in one file that stops at its first failure.
const { transform, ...settings } = require('../../jest.config')
const [[pattern, [transformer, { tsconfig }]]] = Object.entries(transform)

module.exports = {
  ...settings,
  rootDir: '../..',
  testMatch: ['<rootDir>/spec/mutation/specs.js'],
  runner: require.resolve('./runner'),
  testEnvironment: require.resolve('./environment'),
  setupFiles: ['<rootDir>/spec/mutation/determinism.js'],
  transform: { [pattern]: [transformer, { tsconfig: { ...tsconfig, isolatedModules: true }, transpilation: true }] },
  watchman: false
}
