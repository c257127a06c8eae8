import type { Page } from '@playwright/test';
import type { Rng } from '../../src/lib/rng';
import { pick, playRounds, type Outcome } from '../../scripts/faults/round';
import { beforeWorker, crashGpu, hangWorker, throwInWorker, trainingWorker } from '../faults';
import { expect, test } from '../fixtures';
import {
  numbersOf,
  openPage,
  quickExperiment,
  status,
  stepOf,
  storedRuns,
  train,
  waitUntilFinished,
} from '../playground';
import { OwnBrowser } from './ownBrowser';

/** The page's part of `npm run test:faults` (scripts/faults/faults.ts). */
const seed = Number(process.env['FAULT_SEED'] ?? 1);
const minutes = Number(process.env['FAULT_MINUTES'] ?? 1);
const only = process.env['FAULT_ROUND'] === undefined ? null : Number(process.env['FAULT_ROUND']);
const steps = 60;
/** A copy is made after so many steps (docs/behaviour.md, Lost devices and workers). */
const copyEvery = 10;

/** Storage in the worker that does, from a moment on, as it is told. */
const storageThatFails = `
  const open = FileSystemFileHandle.prototype.createSyncAccessHandle;
  FileSystemFileHandle.prototype.createSyncAccessHandle = function (...options) {
    if (globalThis.storageDoes === 'throw') return Promise.reject(new DOMException('thrown by a test', 'InvalidStateError'));
    if (globalThis.storageDoes === 'hang') return new Promise(() => undefined);
    return open.apply(this, options);
  };`;

interface World {
  readonly own: OwnBrowser;
  page: Page;
  readonly thrown: string[];
  /** The page's last words were lost with it. */
  reopened: boolean;
  /** Copies may not be made as often as promised. */
  copiesFail: boolean;
}

/** `thrown`: what the page throws and nobody catches. */
async function openIn(own: OwnBrowser, base: string, thrown: string[]): Promise<Page> {
  const page = await own.newPage();
  page.on('pageerror', (error) => thrown.push(error.message));
  page.setDefaultTimeout(30_000);
  await page.setViewportSize({ width: 1280, height: 800 });
  await beforeWorker(page, storageThatFails);
  await openPage(page, base);
  return page;
}

const storageDoes = (page: Page, what: 'throw' | 'hang' | null): Promise<void> =>
  trainingWorker(page).evaluate((does) => {
    (globalThis as { storageDoes?: string | null }).storageDoes = does;
  }, what);

/** Each leaves the world with a page, which may have to be brought on. */
const faults: Readonly<Record<string, (world: World, base: string, rng: Rng) => Promise<void>>> = {
  'GPU process crashed': async ({ own }) => crashGpu(own.browser),
  'GPU process crashed twice': async ({ own, page }, _base, rng) => {
    await crashGpu(own.browser);
    await page.waitForTimeout(1500 * rng.nextFloat());
    await crashGpu(own.browser);
  },
  'renderer crashed': async (world, base) => {
    const session = await world.page.context().newCDPSession(world.page);
    const gone = world.page.waitForEvent('crash');
    void session.send('Page.crash').catch(() => undefined);
    await gone;
    await world.page.close();
    world.page = await openIn(world.own, base, world.thrown);
    world.reopened = true;
  },
  'browser killed': async (world, base) => {
    await world.own.kill();
    world.page = await openIn(world.own, base, world.thrown);
    world.reopened = true;
  },
  'tab closed': async (world, base) => {
    await world.page.close();
    world.page = await openIn(world.own, base, world.thrown);
    world.reopened = true;
  },
  reloaded: async (world) => {
    await world.page.reload();
    world.reopened = true;
  },
  'worker hangs': async ({ page }) => hangWorker(page),
  'worker throws': async ({ page }) => throwInWorker(page),
  'quota used up, then reloaded': async (world, base, rng) => {
    world.copiesFail = true;
    const { page } = world;
    const session = await page.context().newCDPSession(page);
    const { origin } = new URL(base);
    await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1000 });
    await page.waitForTimeout(3000 * rng.nextFloat());
    if (rng.int(2) === 0) {
      await page.reload();
      world.reopened = true;
    }
    await session.send('Storage.overrideQuotaForOrigin', { origin });
  },
  'storage throws for a while': async (world, _base, rng) => {
    world.copiesFail = true;
    await storageDoes(world.page, 'throw');
    await world.page.waitForTimeout(3000 * rng.nextFloat());
    await storageDoes(world.page, null);
  },
  'storage hangs': async (world) => {
    world.copiesFail = true;
    await storageDoes(world.page, 'hang');
  },
  'records cleared': async ({ page }, base) => {
    const session = await page.context().newCDPSession(page);
    await session.send('Storage.clearDataForOrigin', { origin: new URL(base).origin, storageTypes: 'indexeddb' });
  },
  'lock stolen': async ({ own, page }, base) => {
    const thief = await own.newPage();
    await thief.goto(`${base}icon.svg`);
    await thief.evaluate(() => {
      void navigator.locks.request('nsr-playground-training', { steal: true }, () => new Promise(() => undefined));
    });
    await page.waitForTimeout(500);
    await thief.close();
  },
};
const names = Object.keys(faults) as [string, ...string[]];

/** Does what a person would until the run is finished. Returns the step that a page opened anew went on from, or one a little later;
 * null where none was. */
async function bringHome(world: World, story: string[]): Promise<number | null> {
  const { page } = world;
  const until = performance.now() + 120_000;
  let foundAt: number | null = null;
  let reloads = 0;
  for (let quiet = 0; performance.now() < until;) {
    const text = (await status(page).textContent({ timeout: 20_000 })) ?? '';
    if (text.startsWith('Finished')) return foundAt;
    const paused = text.startsWith('Paused at');
    const rollout = /Rollout (\d+)\//.exec(text)?.[1];
    if (rollout !== undefined && world.reopened) foundAt ??= Number(rollout) - 1;
    const resume = page.getByRole('button', { name: /^(Train|Resume)$/ });
    if (paused && (await resume.isEnabled())) await resume.click();
    // A run that was cut off is paused after a reload; the browser's own, as a person's.
    else if (/^Stopped/.test(text) && (await page.getByRole('alert').count()) > 0 && reloads < 3) {
      reloads += 1;
      story.push(`${text}: reloaded`);
      await page.reload();
      world.reopened = true;
    } else if (text === 'Idle' && ++quiet > 40) throw new Error('the run is gone: Idle');
    await page.waitForTimeout(250);
  }
  throw new Error(`not finished within two minutes: ${await status(page).textContent()}`);
}

test('whatever happens at whatever moment, the run ends with the numbers of one that nothing happened to', async ({
  launchOptions,
  baseURL,
}) => {
  const base = baseURL ?? '';

  async function trained(own: OwnBrowser, thrown: string[]): Promise<Page> {
    const page = await openIn(own, base, thrown);
    await quickExperiment(page, steps, 15);
    await train(page);
    return page;
  }

  const first = new OwnBrowser(launchOptions);
  const undisturbed = await trained(first, []);
  await waitUntilFinished(undisturbed);
  const reference = numbersOf((await storedRuns(undisturbed)).at(-1));
  await first.close();

  async function play(rng: Rng): Promise<Outcome> {
    const own = new OwnBrowser(launchOptions);
    const story: string[] = [];
    const thrown: string[] = [];
    try {
      const world: World = { own, page: await trained(own, thrown), thrown, reopened: false, copiesFail: false };
      const fault = pick(rng, names);
      const step = 1 + rng.int(steps - 15);
      const delayMs = Math.floor(200 * rng.nextFloat());
      await expect.poll(() => stepOf(world.page), { timeout: 60_000, intervals: [20] }).toBeGreaterThanOrEqual(step);
      await world.page.waitForTimeout(delayMs);
      const seen = await stepOf(world.page);
      story.push(`${fault} ${delayMs} ms after rollout ${step} began (at ${seen})`);
      await faults[fault]?.(world, base, rng);
      const foundAt = await bringHome(world, story);
      // The rollout that was seen had begun: the copy of the last tenth before it was made, the one before it is whole in any case.
      const safe = world.copiesFail ? 0 : copyEvery * Math.floor(Math.max(0, seen - 1) / copyEvery);
      if (foundAt !== null) story.push(`went on from ${foundAt}`);
      if (foundAt !== null && foundAt < safe)
        return { story, failure: `went on from ${foundAt}, though a copy of ${safe} was due` };
      const runs = await storedRuns(world.page);
      if (runs.length !== 1) return { story, failure: `${runs.length} runs are stored` };
      const same = JSON.stringify(numbersOf(runs[0])) === JSON.stringify(reference);
      const unexpected = thrown.filter((message) => !message.includes('thrown by a test'));
      if (unexpected.length > 0) return { story, failure: `thrown in the page: ${unexpected.join('; ')}` };
      return { story, failure: same ? null : 'other numbers than the undisturbed run' };
    } catch (error) {
      return { story, failure: error instanceof Error ? error.message : String(error) };
    } finally {
      await own.close();
    }
  }

  const { rounds, failed } = await playRounds('page', seed, only, minutes, play);
  console.log(`page: ${rounds} rounds, ${failed} failed`);
  expect(failed).toBe(0);
});
