/**
 * The import rule of docs/design.md as an allow-list: an import that no line below allows is an error.
 * scripts/checks/checkImports.ts runs it and also fails when nothing was looked at.
 */

/** Layer -> what it may import beside itself and lib. Higher layers may skip lower ones. */
// `experiment` and `records` may be imported by anyone.
const gpu = ['experiment', 'records'];
const kernels = ['gpu', ...gpu];
const model = ['kernels', 'text', ...kernels];
const hub = ['model', ...model];
/** Rollouts -> weighted tokens; pure. */
const objective = ['algorithms', 'schedules', 'confidence', 'experiment', 'records'];
const trainer = ['objective', 'tasks', 'verify', 'hub', ...objective, ...hub];
const persist = ['experiment', 'records'];
const share = ['experiment', 'records'];
/** Experiments and models as other programs read them. */
const exported = ['model', 'text', 'tasks', 'verify', 'schedules', 'share', 'experiment', 'records'];
const protocol = ['experiment', 'records', 'export'];
const workerClient = ['worker/protocol', ...protocol];
const store = [
  'share',
  'persist',
  'export',
  'worker/client',
  'worker/hubClient',
  'worker/hubProtocol',
  'schedules',
  'confidence',
  ...workerClient,
];
const ui = ['store', ...store];
const shell = ['trainer', 'share', 'persist', 'export', ...trainer];

const layers = {
  lib: [],
  /** The grader of mathematical answers: pure. */
  verify: [],
  /** Tokens to text, prompts, and the worker that encodes. */
  text: ['experiment'],
  experiment: [],
  records: ['experiment'],
  gpu,
  kernels,
  model,
  hub,
  objective,
  trainer,
  persist,
  share,
  export: exported,
  store,
  ui,
  cli: ['bench', ...shell],
  bench: shell,
  'worker/protocol': protocol,
  'worker/client': workerClient,
  'worker/main': ['worker/protocol', ...shell],
  'worker/hubProtocol': protocol,
  'worker/hubClient': ['worker/hubProtocol', ...protocol],
  'worker/hub': ['worker/hubProtocol', ...shell],
  main: ['ui', ...ui],
};

/** Pure registries: lib, and of experiment the types only. */
const pureLayers = ['algorithms', 'schedules', 'confidence', 'tasks'];

/** npm packages and Node's own modules, by who may use them. */
const packages = {
  react: ['ui', 'store', 'main'],
  'react-dom': ['ui', 'main'],
  recharts: ['ui'],
  zustand: ['ui', 'store'],
  zundo: ['store'],
  fflate: ['share', 'persist', 'hub', 'export'],
  // Through lib/checkJson; schemas stand where the data is read.
  valibot: ['lib', 'model', 'trainer', 'share', 'persist', 'hub', 'cli'],
  webgpu: ['gpu'],
  '@huggingface/transformers': ['text'],
  '@huggingface/hub': ['store'],
  hyparquet: ['trainer'],
};
const nodeLayers = ['cli', 'bench'];

/** Files of a layer: a folder's, or the one file (and its style sheets, parts) of that name. */
const files = (layer) => `^src/${layer}(/|\\.tsx?$)`;
const test = '\\.(test|fixture)\\.tsx?$';

const allowed = [
  ...Object.entries(layers).map(([layer, below]) => ({
    from: { path: files(layer), pathNot: test },
    to: { path: [layer, 'lib', ...below].map(files), pathNot: test },
  })),
  ...pureLayers.map((layer) => ({
    from: { path: files(layer), pathNot: test },
    to: { path: [files(layer), files('lib')], pathNot: test },
  })),
  { from: { path: files('tasks'), pathNot: test }, to: { path: files('verify'), pathNot: test } },
  {
    from: { path: pureLayers.map(files), pathNot: test },
    to: { path: files('experiment'), dependencyTypes: ['type-only'] },
  },
  { from: { path: files('kernels') }, to: { path: '^shaders/' } },
  { from: { path: ['ui', 'main'].map(files) }, to: { path: '^src/(ui/.*|[^/]+)\\.css$' } },
  { from: { path: files('export') }, to: { path: '^src/export/python/.*\\.py$' } },
  ...Object.entries(packages).map(([name, users]) => ({
    from: { path: users.map(files) },
    to: { path: `(^|node_modules/)${name}(/|$)` },
  })),
  // Made by the build out of the registries: scripts/build/catalogueModule.ts.
  { from: { path: files('store') }, to: { path: '^virtual:catalogue$' } },
  { from: { path: nodeLayers.map(files) }, to: { dependencyTypes: ['core'] } },
  // Tests may import anything; nothing but a test imports a test.
  { from: { path: test }, to: {} },
  // What they reach among the tools is no part of a layer.
  { from: { path: '^scripts/' }, to: {} },
];

export default {
  allowed,
  allowedSeverity: 'error',
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: { pathNot: test }, to: { circular: true } },
    {
      name: 'resolvable',
      severity: 'error',
      from: { pathNot: test },
      to: { couldNotResolve: true, pathNot: '\\.wgsl|^virtual:' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.d\\.ts$' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: new URL('tsconfig.json', import.meta.url).pathname },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json', '.css'],
      conditionNames: ['import', 'types', 'default'],
    },
  },
};
