import { configDefaults, defineConfig } from 'vitest/config';
import { ensureVulkan } from './scripts/ensureVulkan.ts';

/** Unit tests in Node, GPU tests on Dawn over lavapipe. */
export default defineConfig(() => {
  // Set here, before the forks start: the Vulkan loader reads its environment once.
  Object.assign(process.env, ensureVulkan('lavapipe'));
  return {
    test: {
      include: ['src/**/*.test.{ts,tsx}', 'scripts/**/*.test.ts'],
      exclude: [...configDefaults.exclude],
      // Dawn crashes when an adapter is requested in a worker thread; two forks would share two cores.
      pool: 'forks',
      maxWorkers: 1,
      testTimeout: 120_000,
      hookTimeout: 120_000,
    },
  };
});
