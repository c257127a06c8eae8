import { defineConfig } from '@playwright/test';
import base from '../../playwright.config.ts';

/** What takes long and is started on its own: the page's part of `npm run test:soak` and of `npm run test:faults`. */
export default defineConfig({
  ...base,
  testDir: '.',
  testIgnore: [],
  workers: 1,
  timeout: 3_600_000,
  use: {
    ...base.use,
    // A trace grows with what is done, and takes snapshots on the thread that is measured.
    trace: 'off',
  },
  webServer: { ...(base.webServer as Exclude<typeof base.webServer, undefined | readonly unknown[]>), cwd: '../..' },
});
