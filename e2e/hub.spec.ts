import type { Locator, Page } from '@playwright/test';
import { commitOf, type Fault } from '../scripts/hub/standIn';
import { expectNoViolationsInAnyLook } from './axe';
import { expect } from './fixtures';
import { REPO, refusals, test } from './hub';
import {
  numbersOf,
  openPage,
  pause,
  quickExperiment,
  status,
  storedRuns,
  train,
  waitUntilFinished,
} from './playground';

test.use({ allowedErrors: [refusals, /ERR_/] });
test.beforeEach(({ hub }) => {
  hub.faults = [];
  hub.asked.length = 0;
});

const panel = (page: Page): Locator => page.getByRole('tabpanel');

async function check(page: Page, repo = REPO): Promise<void> {
  await page.getByRole('tab', { name: 'Models' }).click();
  await panel(page).getByLabel('Model', { exact: true }).fill(repo);
  await panel(page).getByRole('button', { name: 'Check' }).click();
}

async function importTiny(page: Page): Promise<void> {
  await check(page);
  await panel(page)
    .getByRole('button', { name: /^Download/ })
    .click();
  await expect(panel(page).getByText(/is here/)).toBeVisible();
}

test('a model is imported, trained with an adapter, paused, reloaded, resumed, and its link opened elsewhere', async ({
  page,
  hub,
  browser,
}) => {
  await openPage(page);
  await quickExperiment(page, 3, 0);
  expect(hub.asked).toEqual([]);
  await check(page);
  const plan = page.getByRole('region', { name: 'What it takes' });
  await expect(plan).toContainText('in 5 files');
  await expect(plan).toContainText('Memory');
  expect(hub.asked.filter((line) => line.includes('xet-bridge-us'))).toHaveLength(1);
  await expectNoViolationsInAnyLook(page, 'plan');
  await page.setViewportSize({ width: 1280, height: 800 });

  // The page goes at half: it goes on there.
  hub.faults = [{ of: 'xet-bridge-us', kind: 'slow', bytes: 150_000 }];
  await panel(page)
    .getByRole('button', { name: /^Download/ })
    .click();
  await expect(panel(page).getByText(/kB\/s/)).toBeVisible();
  await expect(panel(page).getByText(/left$/)).toBeVisible();
  await page.reload();
  hub.faults = [];
  await page.getByRole('tab', { name: 'Models' }).click();
  await expect(panel(page).getByText(/unfinished/)).toBeVisible();
  hub.asked.length = 0;
  await panel(page)
    .getByRole('button', { name: /^Go on/ })
    .click();
  await expect(panel(page).getByText(/is here/)).toBeVisible();
  const last = hub.asked.filter((line) => line.includes('xet-bridge-us')).at(-1) ?? '';
  expect(Number(/bytes=(\d+)-/.exec(last)?.[1])).toBeGreaterThan(0);

  await panel(page).getByRole('button', { name: 'Train this model' }).click();
  const commit = commitOf(hub.repositories.get(REPO) ?? new Map());
  await expect(page.getByLabel('Model', { exact: true }).first()).toHaveValue(`${REPO}@${commit}`);
  await train(page);
  await expect(status(page)).toContainText('Rollout', { timeout: 120_000 });
  await pause(page);
  await page.reload();
  await train(page);
  await waitUntilFinished(page);
  const [run] = await storedRuns(page);
  expect(run?.rows).toHaveLength(3);

  await expect.poll(() => new URL(page.url()).hash).toMatch(/^#v1\./);
  const link = page.url();
  hub.asked.length = 0;
  const context = await browser.newContext();
  const stranger = await context.newPage();
  await openPage(stranger, link);
  await expect(stranger.getByText(/is on the hub and not in this browser/)).toBeVisible();
  expect(hub.asked).toEqual([]);
  await stranger.locator('.link-banner').getByRole('button', { name: 'Import it' }).click();
  await expect(panel(stranger).getByLabel('Revision')).toHaveValue(commit);
  await panel(stranger).getByRole('button', { name: 'Check' }).click();
  await panel(stranger)
    .getByRole('button', { name: /^Download/ })
    .click();
  await expect(panel(stranger).getByText(/is here/)).toBeVisible();
  await stranger.getByRole('button', { name: 'Run', exact: true }).click();
  await waitUntilFinished(stranger);
  expect(numbersOf((await storedRuns(stranger))[0])).toEqual(numbersOf(run));
  await context.close();
});

test('faults of the hub are said, the page stays, and nothing is taken for whole', async ({ page, hub }) => {
  await openPage(page);
  const faults: readonly (readonly [Omit<Fault, 'times'>, RegExp])[] = [
    [{ of: '/api/models', kind: 'missing' }, /no such file \(404\)/],
    [{ of: '/api/models', kind: 'unauthorised' }, /no such repository, or it is private/],
    [{ of: '/api/models', kind: 'html' }, /a web page came/],
    [{ of: '/resolve/', kind: 'gated' }, /accept terms first/],
    [{ of: 'xet-bridge-us', kind: 'range-ignored' }, /sent the whole file/],
  ];
  for (const [fault, words] of faults) {
    hub.faults = [{ ...fault }];
    await check(page);
    await expect(panel(page).getByRole('alert')).toHaveText(words);
  }
  // A page cannot read Retry-After of another origin: it comes back by itself.
  hub.faults = [{ of: '/api/models', kind: 'busy', retryAfter: 1, times: 2 }];
  await check(page);
  await expect(panel(page).getByText(/too many requests \(429\); once more in 2 s/)).toBeVisible();
  await expect(page.getByRole('region', { name: 'What it takes' })).toBeVisible();
  // While it downloads: a broken answer is taken up again, other bytes are refused.
  hub.faults = [];
  await check(page);
  hub.faults = [{ of: 'xet-bridge-us', kind: 'flipped' }];
  await panel(page)
    .getByRole('button', { name: /^Download/ })
    .click();
  await expect(panel(page).getByRole('alert')).toHaveText(/its hash differs/);
  await expect(panel(page).getByText(/unfinished/)).toBeVisible();
  await expectNoViolationsInAnyLook(page, 'a fault');
  hub.faults = [{ of: 'xet-bridge-us', kind: 'slow', bytes: 150_000 }];
  await panel(page)
    .getByRole('button', { name: /^Go on/ })
    .click();
  await expect(panel(page).getByText(/kB\/s/)).toBeVisible();
  await panel(page).getByRole('button', { name: 'Cancel' }).click();
  await expect(panel(page).getByText(/unfinished/)).toBeVisible();
  hub.faults = [{ of: 'xet-bridge-us', kind: 'cut-off', bytes: 100_000, times: 1 }];
  await panel(page)
    .getByRole('button', { name: /^Go on/ })
    .click();
  await expect(panel(page).getByText(/is here/)).toBeVisible({ timeout: 30_000 });

  // Deleted, it is gone from the menu too.
  const menu = page.getByLabel('Model', { exact: true }).first();
  await expect(menu.locator('option', { hasText: REPO })).toHaveCount(1);
  await panel(page)
    .getByRole('button', { name: /^Delete/ })
    .click();
  await panel(page)
    .getByRole('button', { name: /^Really delete/ })
    .click();
  await expect(panel(page).getByText('None yet')).toBeVisible();
  await expect(menu.locator('option', { hasText: REPO })).toHaveCount(0);
  await train(page);
  await expect(status(page)).toContainText(/Compiling|Rollout|Evaluat|Loading/);
});

test('a folder of this machine is copied, checked and trained', async ({ page, hub }, info) => {
  const folder = info.outputPath('my model');
  const { mkdirSync, writeFileSync } = await import('node:fs');
  mkdirSync(folder, { recursive: true });
  for (const [path, bytes] of hub.repositories.get(REPO) ?? []) writeFileSync(`${folder}/${path}`, bytes);
  await openPage(page);
  await quickExperiment(page, 1, 0);
  await page.getByRole('tab', { name: 'Models' }).click();
  await panel(page)
    .getByLabel(/From a folder/)
    .setInputFiles(folder);
  await panel(page).getByRole('button', { name: /^Copy/ }).click();
  await expect(panel(page).getByText(/my-model \(from a folder\) is here/)).toBeVisible();
  expect(hub.asked).toEqual([]);
  await panel(page).getByRole('button', { name: 'Train this model' }).click();
  await train(page);
  await waitUntilFinished(page);
});

test('a full quota is said, and nothing is imported twice', async ({ page, context }) => {
  await openPage(page);
  const session = await context.newCDPSession(page);
  const { origin } = new URL(page.url());
  await check(page);
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 100_000 });
  await panel(page)
    .getByRole('button', { name: /^Download/ })
    .click();
  await expect(panel(page).getByRole('alert')).toHaveText(/the browser's storage is full/);
  await session.send('Storage.overrideQuotaForOrigin', { origin });
  await importTiny(page);
  await check(page);
  await expect(page.getByRole('region', { name: 'What it takes' })).toContainText('none, it is here');
});
