import type { BrowserContext, Page } from '@playwright/test';
import { build } from 'vite';
import { createRng } from '../src/lib/rng';
import type { Found } from '../src/trainer/saveForever.fixture';
import { expect, test } from './fixtures';

const MOMENTS = 40;

/** The worker as the page would load it: one script of the sources. */
async function bundleWorker(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, copyPublicDir: false, lib: { entry: 'e2e/saveForever.worker.ts', formats: ['es'] } },
  });
  const [result] = Array.isArray(built) ? built : [built];
  if (!result || !('output' in result)) throw new Error('no bundle');
  return result.output[0].code;
}

/** An empty page of the origin; what it is told last stands in its title. */
async function openEmpty(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto('/empty.html');
  return page;
}

const ask = (page: Page, command: 'save' | 'find'): Promise<unknown> =>
  page.evaluate(
    (asked) =>
      new Promise((resolve) => {
        const worker = new Worker('/save-forever.js', { type: 'module' });
        worker.onmessage = ({ data }: MessageEvent<unknown>) => {
          document.title = String(data);
          if (asked === 'find') worker.terminate();
          resolve(data);
        };
        worker.postMessage(asked);
      }),
    command,
  );

test('a page closed or crashed at random moments of a save leaves a whole generation', async ({ context }) => {
  const code = await bundleWorker();
  await context.route('**/empty.html', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>0</title>' }),
  );
  await context.route('**/save-forever.js', (route) => route.fulfill({ contentType: 'text/javascript', body: code }));
  const rng = createRng(6, 'kills');
  let before = 0;
  let torn = 0;
  let page = await openEmpty(context);
  for (let moment = 0; moment < MOMENTS; moment++) {
    const first = (await ask(page, 'save')) as number;
    await page.waitForTimeout(150 * rng.nextFloat());
    if (moment % 2 === 0) await page.close();
    else {
      // The renderer dies at once, as in a crash or when the system takes it for its memory.
      const gone = page.waitForEvent('crash');
      const browser = await context.newCDPSession(page);
      void browser.send('Page.crash').catch(() => undefined);
      await gone;
      await page.close();
    }

    // The page that looks is the one that saves, and dies, next.
    page = await openEmpty(context);
    const found = (await ask(page, 'find')) as Found;
    expect(first).toBeGreaterThan(before);
    // The first save was told to be safe; later ones may or may not have ended.
    expect(found.step).toBeGreaterThanOrEqual(first);
    expect(found).toMatchObject({ consistent: true, skipped: [] });
    torn += found.leftovers > 0 ? 1 : 0;
    before = found.step;
  }
  console.log(`${torn} of ${MOMENTS} moments were within a save`);
  expect(torn).toBeGreaterThan(0);
});
