/** Each folder of src/ knows those above it in this list and none below: [folder, what it must stay ignorant of, and why]. */
const layers = [
  ['error', 'errors are plain data: all else reports with them'],
  ['kernels', 'kernels know nothing of tapes: they compute what they are handed'],
  ['random', 'numbers are drawn on the host, the same on every kernel set'],
  ['tape', 'a tape knows nothing of the operations recorded on it, nor of layers'],
  ['operation', 'an operation has its derivative with it, and does not know who folds it'],
  ['gradient', 'the fold knows operations, not what is composed of them'],
  ['function', 'functions are composed of operations, and have no parameters'],
  ['layer', 'layers know nothing of training'],
  ['loss', 'a loss knows predictions and targets, not the model that made them'],
  ['model', 'a model is a value: what is asked of it needs no optimiser'],
  ['optimizer', 'optimisers are functions of model, gradients and state: they know no loop'],
  ['file', 'files hold values: what they are for is not theirs'],
  ['training', 'training is for programs: what sets gradfold up knows nothing of it'],
  ['command', 'commands are for a terminal: no function of the library prints or sets anything up']
]
const below = (index) => layers.slice(index + 1).map(([folder]) => folder)

const layering = layers.slice(0, -1).map(([folder, why], index) => ({
  name: `layer-of-${folder}`,
  comment: `src/${folder} must not import ${below(index).join(', ')}: ${why}.`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: {
    path: `^src/(${below(index).join('|')})/`,
    // An error quotes shapes and dtypes, and `attempt` catches what kernels throw: the seam's own words.
    ...(folder === 'error' && { pathNot: '^src/kernels/(kernels|tensor)\\.ts$' })
  }
}))

module.exports = {
  forbidden: [
    {
      name: 'no-cycle',
      comment:
        'No import cycles. Types alone may refer to each other (a tensor, its list, its kernels): nothing is loaded.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } }
    },
    ...layering,
    {
      name: 'folders-are-layers',
      comment: 'A folder of src/ has a place in the list of layers, at the top of .dependency-cruiser.cjs.',
      severity: 'error',
      from: {},
      to: {
        path: '^src/',
        pathNot: `^src/(index\\.ts$|(plot|prometheus|testing)/|(${layers.map(([folder]) => folder).join('|')})/)`
      }
    },
    {
      name: 'index-is-for-users',
      comment: 'Inside src/ import the module itself: src/index.ts re-exports everything and would close a cycle.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/testing/' },
      to: { path: '^src/index\\.ts$' }
    },
    {
      name: 'src-knows-no-spec',
      comment: 'What is published imports neither specs nor documentation.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(spec|docs)/' }
    },
    {
      name: 'src-needs-dependencies-only',
      comment: 'What src/ imports is in "dependencies": development dependencies are not there for users.',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['type-only'],
        // Peer dependencies of the entries that stand beside, which the rules below let nobody else import.
        pathNot: 'node_modules/(fast-check|prom-client|echarts|@resvg)/'
      }
    },
    {
      name: 'testing-stands-beside',
      comment:
        'src/testing is an entry of its own: fast-check is there for its users alone, so nothing else imports it.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/testing/' },
      to: { path: '^src/testing/|node_modules/fast-check/' }
    },
    {
      name: 'prometheus-stands-beside',
      comment:
        'src/prometheus is an entry of its own: prom-client is there for its users alone, so nothing else imports it.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/prometheus/' },
      to: { path: '^src/prometheus/|node_modules/prom-client/' }
    },
    {
      name: 'plot-stands-beside',
      comment: 'src/plot is an entry of its own: what draws is there for its users alone, so nothing else imports it.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/plot/' },
      to: { path: '^src/plot/|node_modules/(echarts|@resvg)/' }
    },
    {
      name: 'kernels-alone-know-tensorflow',
      comment: 'TensorFlow.js is behind the seam of src/kernels.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/kernels/' },
      to: { path: 'node_modules/@tensorflow/' }
    },
    {
      name: 'examples-are-programs-of-users',
      comment: "docs/ imports from 'gradfold', as its readers will.",
      severity: 'error',
      from: { path: '^docs/' },
      to: { path: '^(spec|src)/', pathNot: '^src/((plot|prometheus|testing)/)?index\\.ts$' }
    },
    {
      name: 'no-unresolved',
      comment: 'An import that leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true }
    }
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^spec/\\.generated/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['types', 'require', 'node', 'default'] }
  }
}
