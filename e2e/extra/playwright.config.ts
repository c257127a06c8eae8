import { defineConfig } from '@playwright/test';
import base from '../../playwright.config.ts';

/** What is made or measured on demand, not tested: `npm run guide:pictures`, `npm run report:page`. */
export default defineConfig({
  ...base,
  testDir: '.',
  testIgnore: [],
  // A trace takes snapshots on the very thread that is measured.
  use: { ...base.use, trace: 'off' },
  webServer: { ...(base.webServer as Exclude<typeof base.webServer, undefined | readonly unknown[]>), cwd: '../..' },
});
