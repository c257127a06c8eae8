import { configDefaults, defineConfig } from 'vitest/config';
import { additions } from './scripts/additions/additions.ts';
import { catalogueModule } from './scripts/build/catalogueModule.ts';
import { adapterTests } from './scripts/tests/adapterTests.ts';

/** Kernels as a GPU runs them: lavapipe compiles those for minutes, SwiftShader in seconds. */
const gpuKernels = 'src/**/*.swiftshader.test.ts';
const withAdapter = adapterTests(import.meta.dirname);

/** Tests of the registries: they hold for what is added as for what is there. */
const registryTests = [
  'src/{algorithms,schedules,confidence,tasks}/parts/{registry,algorithms}.test.ts',
  'src/ui/curves/parameterHandles.test.ts',
  'src/store/experiment/catalogue.test.ts',
];

/** Every test is in one project: what needs neither device nor process (`npm run check` runs these), what computes on
 * lavapipe or starts processes, and the GPU's kernels on SwiftShader. */
export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        plugins: [catalogueModule()],
        test: {
          name: 'pure',
          include: ['src/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts'],
          exclude: [...configDefaults.exclude, gpuKernels, ...withAdapter],
          sequence: { groupOrder: 0 },
          // No native code here that threads could crash.
          pool: 'threads',
          maxWorkers: 2,
          // A test that opens a device after all says so, here and not in somebody else's full run.
          alias: { webgpu: new URL('scripts/tests/noAdapter.ts', import.meta.url).pathname },
        },
      },
      {
        extends: true,
        // The same tests with an algorithm, a schedule, a mapping and a task more.
        plugins: [additions(), catalogueModule([additions()])],
        test: {
          name: 'additions',
          include: ['scripts/additions/*.test.tsx', ...registryTests],
          sequence: { groupOrder: 0 },
          pool: 'threads',
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        plugins: [catalogueModule()],
        test: {
          name: 'adapter',
          include: withAdapter,
          exclude: [...configDefaults.exclude, gpuKernels, 'scripts/additions/**'],
          sequence: { groupOrder: 1 },
          globalSetup: 'scripts/tests/lavapipe.ts',
          // Dawn crashes when an adapter is requested in a worker thread. Two at a time: most of a file is spent on one core, in
          // compilers and processes that start.
          pool: 'forks',
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        plugins: [catalogueModule()],
        test: {
          name: 'gpu kernels',
          include: [gpuKernels],
          sequence: { groupOrder: 2 },
          globalSetup: 'scripts/tests/swiftshader.ts',
          pool: 'forks',
          maxWorkers: 1,
        },
      },
    ],
  },
});
