// Babel plays no part: ts-jest compiles each file with the type checker on, and a type error fails the spec that meets it.
const { compilerOptions } = require('./tsconfig.json')

module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/spec'],
  testMatch: ['**/*.spec.ts'],
  modulePathIgnorePatterns: ['<rootDir>/spec/.generated'],
  moduleNameMapper: {
    '^gradfold$': '<rootDir>/src/index.ts',
    '^gradfold/(plot|prometheus|testing)$': '<rootDir>/src/$1/index.ts'
  },
  transform: {
    '\\.ts$': [
      'ts-jest',
      {
        // `isolatedModules` would have ts-jest skip the types, and without it ts-jest asks for a plain module kind.
        tsconfig: { ...compilerOptions, isolatedModules: false, module: 'commonjs', moduleResolution: 'bundler' }
      }
    ]
  },
  globalSetup: '<rootDir>/spec/support/globalSetup.ts',
  maxWorkers: 2
}
