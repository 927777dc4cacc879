const { defineConfig } = require('eslint/config')
const typescript = require('typescript-eslint')

const defaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'One name for each thing, the same at home and at its importer: use a named export.'
}
const hiddenState = {
  selector: ':matches(Program, Program > ExportNamedDeclaration) > VariableDeclaration[kind="let"]',
  message: 'State of a module is hidden state: pass it as a value.'
}
const focused = ['describe', 'it', 'test'].flatMap((object) =>
  ['only', 'skip', 'todo'].map((property) => ({ object, property, message: 'The gate runs every spec.' }))
)

module.exports = defineConfig(
  { ignores: ['dist', 'coverage', 'spec/.generated'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [typescript.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: __dirname } },
    rules: {
      eqeqeq: 'error',
      'max-lines': ['error', { max: 300 }],
      'no-else-return': 'error',
      'no-restricted-syntax': ['error', defaultExport],
      'object-shorthand': 'error',
      '@typescript-eslint/array-type': ['error', { default: 'array', readonly: 'generic' }],
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      // noUncheckedIndexedAccess makes `shape[i]` possibly undefined in a loop that has just compared i with the length,
      // and `[x]` of inputs that the shape rule has counted. `!` says so and is erased at run time; `?? 0` would cost in
      // kernels and hide a defect. no-unnecessary-type-assertion refuses it where the type knows already.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // Static methods that read private fields of their class are handed to the modules beside it.
      '@typescript-eslint/unbound-method': ['error', { ignoreStatic: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error'
    }
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Draw from the key of the tape.' }
      ],
      'no-restricted-syntax': ['error', defaultExport, hiddenState],
      '@typescript-eslint/explicit-module-boundary-types': 'error'
    }
  },
  {
    // A cast is for what foreign code gives back, and that is met in the kernels alone.
    files: ['src/**/*.ts'],
    ignores: ['src/kernels/**'],
    rules: { '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }] }
  },
  {
    files: ['spec/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', { name: '@jest/globals', message: "jest's functions are globals here." }],
      'no-restricted-properties': ['error', ...focused]
    }
  }
)
