import type { Page } from '@playwright/test';
import { beforeWorker } from './faults';
import { expect, test } from './fixtures';
import { openPage, quickExperiment, status, storedRuns, train, waitForStep, waitUntilFinished } from './playground';

const notices = (page: Page) => page.locator('.notices');

/** One rollout, then a pause. */
async function stepOnce(page: Page): Promise<void> {
  await page.getByRole('group', { name: 'Training' }).getByRole('button', { name: 'Step', exact: true }).click();
  await expect(status(page)).toHaveText(/Paused at 1/, { timeout: 60_000 });
}

test('a note that a second tab writes is kept, and leaves the rows of the first alone', async ({ context }) => {
  const first = await context.newPage();
  await openPage(first);
  await quickExperiment(first, 4, 0);
  await stepOnce(first);
  await storedRuns(first);
  const second = await context.newPage();
  await openPage(second);
  await second.getByRole('tab', { name: 'Runs' }).click();
  await train(first);
  await waitUntilFinished(first);
  await storedRuns(first);
  const note = second.getByLabel(/^Note on/);
  await note.fill('seen');
  await note.blur();
  const [stored] = await storedRuns(second);
  expect([stored?.status.phase, stored?.rows.length]).toEqual(['finished', 4]);
  await first.close();
  await expect(second.getByRole('button', { name: 'Train' })).toBeEnabled();
  await second.reload();
  await second.getByRole('tab', { name: 'Runs' }).click();
  await expect(second.getByLabel(/^Note on/)).toHaveValue('seen');
  const [kept] = await storedRuns(second);
  expect([kept?.status.phase, kept?.rows.length]).toEqual(['finished', 4]);
});

const refusals: readonly (readonly [string, () => void, string])[] = [
  [
    'is missing',
    () => Object.defineProperty(globalThis, 'indexedDB', { value: undefined }),
    'this browser window has no IndexedDB',
  ],
  [
    'gives up its writes',
    () => {
      const { put } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.put = function (...record: Parameters<typeof put>) {
        const request = put.apply(this, record);
        this.transaction.abort();
        return request;
      };
      IDBTransaction.prototype.commit = () => undefined;
    },
    'IndexedDB gave up',
  ],
];

for (const [how, refuse, why] of refusals)
  test(`where IndexedDB ${how}, the page says so at once, trains on, and offers to save the run`, async ({ page }) => {
    await page.addInitScript(refuse);
    await openPage(page);
    await quickExperiment(page, 2, 0);
    await train(page);
    await expect(notices(page)).toContainText(`Runs are not kept: ${why}.`);
    await waitUntilFinished(page);
    const download = page.waitForEvent('download');
    await notices(page).getByRole('button', { name: 'Save run' }).click();
    expect((await download).suggestedFilename()).toMatch(/\.run\.json$/);
  });

test('storage that never answers is taken for refused', async ({ page }) => {
  const never = `
    IDBFactory.prototype.open = () => ({});
    StorageManager.prototype.getDirectory = () => new Promise(() => undefined);`;
  await beforeWorker(page, never);
  await page.addInitScript(never);
  await openPage(page);
  await quickExperiment(page, 2, 0);
  await train(page);
  await expect(notices(page)).toContainText("Runs are not kept: the browser's storage does not answer.");
  await waitUntilFinished(page);
  await expect(notices(page)).toContainText("This run cannot be stored: the browser's storage does not answer.");
});

test('records that are cleared while a run trains are written again', async ({ page, baseURL }) => {
  await openPage(page);
  await quickExperiment(page, 6, 0);
  await stepOnce(page);
  await storedRuns(page);
  const browser = await page.context().newCDPSession(page);
  const { origin } = new URL(baseURL ?? '');
  await browser.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' });
  await train(page);
  await waitUntilFinished(page);
  const [run] = await storedRuns(page);
  expect([run?.status.phase, run?.rows.length]).toEqual(['finished', 6]);
});

test('a tab whose lock is taken stops at its next step, says why, and goes on when the lock comes back', async ({
  context,
}) => {
  const first = await context.newPage();
  await openPage(first);
  await quickExperiment(first, 40, 0);
  await train(first);
  await waitForStep(first, 1);
  const second = await context.newPage();
  await openPage(second, './icon.svg');
  await second.evaluate(() => {
    void navigator.locks.request('nsr-playground-training', { steal: true }, () => new Promise(() => undefined));
  });
  await expect(notices(first)).toContainText('Another tab has taken over the training: this one has stopped');
  await expect(first.getByRole('button', { name: 'Resume' })).toBeDisabled();
  await second.close();
  await first.getByRole('button', { name: 'Resume' }).click();
  await waitUntilFinished(first);
  const [run] = await storedRuns(first);
  expect(run?.rows.map(({ step }) => step)).toEqual(Array.from({ length: 40 }, (_, step) => step));
});
