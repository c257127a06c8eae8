import { configDefaults, defineConfig } from 'vitest/config';
import { catalogueModule } from './scripts/build/catalogueModule.ts';
import { adapterTests } from './scripts/tests/adapterTests.ts';

/** Kernels as a GPU runs them: lavapipe compiles those for minutes, SwiftShader in seconds. */
const gpuKernels = 'src/**/*.swiftshader.test.ts';
const withAdapter = adapterTests(import.meta.dirname);

/** Every test is in one of three projects: what needs neither device nor process (`npm run check` runs these), what computes on
 * lavapipe or starts processes, and the GPU's kernels on SwiftShader. */
export default defineConfig({
  plugins: [catalogueModule()],
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
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
        test: {
          name: 'adapter',
          include: withAdapter,
          exclude: [...configDefaults.exclude, gpuKernels],
          sequence: { groupOrder: 1 },
          globalSetup: 'scripts/tests/lavapipe.ts',
          // Dawn crashes when an adapter is requested in a worker thread; two forks would share two cores.
          pool: 'forks',
          maxWorkers: 1,
        },
      },
      {
        extends: true,
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
