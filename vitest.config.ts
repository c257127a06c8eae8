import { configDefaults, defineConfig } from 'vitest/config';
import { additions } from './scripts/additions/additions.ts';
import { catalogueModule } from './scripts/build/catalogueModule.ts';
import { ensureVulkan } from './scripts/machine/ensureVulkan.ts';

/** Kernels as a GPU runs them: lavapipe compiles those for minutes, SwiftShader in seconds. */
const gpuKernels = ['src/**/*.swiftshader.test.ts'];

const registryTests = [
  'src/{algorithms,schedules,confidence,tasks}/parts/{registry,algorithms}.test.ts',
  'src/ui/curves/parameterHandles.test.ts',
  'src/store/experiment/catalogue.test.ts',
];

/** Unit tests in Node, GPU tests on Dawn: over lavapipe, and the GPU's kernels over SwiftShader. */
export default defineConfig(() => {
  // Set here, before the forks start: the Vulkan loader reads its environment once. SwiftShader is looked for first,
  // because a driver that is already named is kept.
  const swiftshader = ensureVulkan('swiftshader');
  Object.assign(process.env, ensureVulkan('lavapipe'));
  const files = ['src/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts'];
  return {
    test: {
      // Dawn crashes when an adapter is requested in a worker thread; two forks would share two cores.
      pool: 'forks' as const,
      maxWorkers: 1,
      testTimeout: 120_000,
      hookTimeout: 120_000,
      projects: [
        {
          extends: true as const,
          plugins: [catalogueModule()],
          test: { name: 'unit', include: files, exclude: [...configDefaults.exclude, ...gpuKernels] },
        },
        {
          extends: true as const,
          // The tests of the registries hold for what is added as for what is there.
          plugins: [additions(), catalogueModule([additions()])],
          test: { name: 'additions', include: ['scripts/additions/*.test.tsx', ...registryTests] },
        },
        { extends: true as const, test: { name: 'gpu kernels', include: gpuKernels, env: swiftshader } },
      ],
    },
  };
});
