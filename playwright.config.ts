import { availableParallelism } from 'node:os';
import { defineConfig } from '@playwright/test';
import { ensureBrowser } from './scripts/machine/ensureBrowser.ts';

// Two checkouts tested at the same time need two ports.
const port = Number(process.env['NSR_TEST_PORT'] ?? 4173);

/** Real WebGPU on SwiftShader, which every machine has; the flags that need no internet. */
const browserArguments = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export default defineConfig({
  testDir: 'e2e',
  // Not tests: what is made or measured on demand (extra/, long/), and the pictures of docs/screenshots.
  testIgnore: [
    '**/extra/**',
    '**/long/**',
    ...(process.env['SCREENSHOTS'] === undefined ? ['**/screenshots.spec.ts'] : []),
  ],
  // Most of a test is one thread at work (the page, axe, a compiler) or something to wait for: two browsers fill two cores.
  workers: Math.min(2, availableParallelism()),
  fullyParallel: false,
  timeout: 300_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  reporter: process.env.CI === undefined ? 'list' : 'dot',
  use: {
    baseURL: `http://127.0.0.1:${port}/`,
    headless: true,
    launchOptions: { executablePath: ensureBrowser(), args: ['--headless=new', ...browserArguments] },
    // Without moving pictures, which a machine without a GPU paints on the cores that train.
    trace: { mode: 'retain-on-failure', screenshots: false },
  },
  webServer: {
    command: `node scripts/run.mjs scripts/site/serve.ts ${port}`,
    url: `http://127.0.0.1:${port}/`,
    reuseExistingServer: false,
  },
});
