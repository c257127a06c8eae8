import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures';
import {
  curveOf,
  numbersOf,
  openPage,
  quickExperiment,
  status,
  storedRuns,
  train,
  waitUntilFinished,
} from './playground';

const rowsOf = (page: Page): Locator => page.getByRole('region', { name: 'Runs' }).locator('tbody tr');

async function openRuns(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Runs' }).click();
}

/** Trains exactly these methods. */
async function compare(page: Page, methods: readonly string[], order: RegExp): Promise<void> {
  await page.getByRole('button', { name: 'Compare methods' }).click();
  const form = page.getByRole('form', { name: 'Compare methods' });
  const chosen = form.getByRole('checkbox', { checked: true });
  while ((await chosen.count()) > 0) await chosen.first().uncheck();
  for (const method of methods) await form.getByRole('checkbox', { name: method, exact: true }).check();
  await form.getByRole('radio', { name: order }).check();
  await form.getByRole('button', { name: /^Train \d+ runs?$/ }).click();
}

const finished = (page: Page, count: number): Promise<void> =>
  expect
    .poll(async () => (await storedRuns(page)).filter((run) => run.status.phase === 'finished').length, {
      timeout: 200_000,
    })
    .toBe(count);

test('two methods in turn and in turns see the same prompts and come to the same bits; deltas stand against a baseline', async ({
  page,
}) => {
  await openPage(page);
  await quickExperiment(page, 4, 2);
  await openRuns(page);
  await compare(page, ['PSR', 'NSR'], /one after the other/);
  await finished(page, 2);
  await compare(page, ['PSR', 'NSR'], /in turns/);
  await expect(status(page)).toContainText('Runs 1–2 in turns of 2');
  await finished(page, 4);
  const [nsr, psr, nsrInTurns, psrInTurns] = await storedRuns(page);
  expect(numbersOf(psrInTurns)).toEqual(numbersOf(psr));
  expect(numbersOf(nsrInTurns)).toEqual(numbersOf(nsr));
  expect(numbersOf(nsr)).not.toEqual(numbersOf(psr));
  expect(nsr?.evaluations[0]?.problemIds).toEqual(psr?.evaluations[0]?.problemIds);

  const rows = rowsOf(page);
  await expect(rows).toHaveCount(4);
  await expect(rows.nth(1)).toContainText('Reward of right answers λ 1');
  await rows
    .first()
    .getByRole('button', { name: /as baseline/ })
    .click();
  await expect(rows.nth(1).getByRole('cell').first()).toHaveText(/\d %[+−]\d+\.\d \[[+−]\d+\.\d, [+−]\d+\.\d\]/);
  // The same run again: no difference, and an interval that says so.
  await expect(rows.nth(2).getByRole('cell').first()).toHaveText(/\+0\.0 \[\+0\.0, \+0\.0\]/);

  await page.getByRole('button', { name: 'tokens', exact: true }).click();
  await expect(page.getByRole('columnheader', { name: 'tokens' })).toHaveAttribute('aria-sort', 'descending');
  await rows
    .first()
    .getByRole('button', { name: /Delete/ })
    .click();
  await expect(rows).toHaveCount(3);
  await expect(page.getByRole('button', { name: 'Undo', exact: true }).last()).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(rows).toHaveCount(4);
});

test('three seeds are one line with a band; keys show, hide and single out', async ({ page }) => {
  await openPage(page);
  await quickExperiment(page, 3, 0);
  await openRuns(page);
  await page.locator('.drawer').getByRole('combobox', { name: 'Seeds' }).selectOption('3');
  await page.getByRole('button', { name: 'Train 3 seeds' }).click();
  await expect(status(page)).toContainText('Run 2 of 3', { timeout: 60_000 });
  await finished(page, 3);
  const runs = await storedRuns(page);
  expect(runs.map((run) => run.experiment.seed)).toEqual([0, 1, 2]);
  expect(new Set(runs.map((run) => run.seriesId)).size).toBe(1);
  const rows = rowsOf(page);
  await expect(rows).toHaveCount(1);
  await expect(rows.first()).toContainText('3 seeds, all finished');
  await page.getByRole('button', { name: /^Seeds of/ }).click();
  await expect(rows).toHaveCount(4);
  const entropy = page.locator('[data-chart=entropy]');
  await expect(entropy.locator('.recharts-area')).toHaveCount(1);
  await expect(entropy.locator('.recharts-line')).toHaveCount(1);
  await expect(entropy.locator('.chart-surface')).toHaveAttribute('aria-label', /mean of 3/);

  await page.locator('.drawer').getByRole('combobox', { name: 'Seeds' }).selectOption('1');
  await train(page);
  await waitUntilFinished(page);
  const chips = page.getByRole('list', { name: 'Runs' }).getByRole('button');
  await expect(chips).toHaveCount(2);
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press('1');
  await expect(chips.first()).toHaveAttribute('aria-pressed', 'false');
  await page.keyboard.press('1');
  await page.keyboard.press('Shift+Digit1');
  await expect(chips.nth(1)).toHaveAttribute('aria-pressed', 'false');
  await expect(chips.first()).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('Shift+Digit1');
  await expect(chips.nth(1)).toHaveAttribute('aria-pressed', 'true');
});

test('a finished run is forked half way with an edited curve', async ({ page }) => {
  const beta = 'objective.negativeWeight';
  await openPage(page);
  await quickExperiment(page, 6, 0);
  await train(page);
  await waitUntilFinished(page);
  await openRuns(page);
  await page.getByRole('button', { name: /^Fork .* from rollout 3, half way$/ }).click();
  await expect(status(page)).toHaveText('Paused at 3/6');
  await curveOf(page, beta).locator('.knot input').first().focus();
  await page.keyboard.press('Shift+ArrowUp');
  // A gesture by keys ends when no further key comes for a while.
  await expect(page.getByTestId('status')).toHaveText('Paused at 3/6');
  await page.waitForTimeout(1000);
  await page.getByRole('button', { name: 'Resume' }).click();
  await waitUntilFinished(page);
  const [source, fork] = await storedRuns(page);
  const numbers = (run: typeof source) => (run?.rows ?? []).map(({ seconds: _seconds, ...row }) => row);
  expect(numbers(fork).slice(0, 3)).toEqual(numbers(source).slice(0, 3));
  expect(numbers(fork)).toHaveLength(6);
  expect(fork?.edits).toEqual([{ step: 3, path: beta, value: 1.5 }]);
  expect(fork?.rows.map((row) => row['negativeWeight'])).toEqual([1, 1, 1, 1.5, 1.5, 1.5]);
  expect(source?.rows.every((row) => row['negativeWeight'] === 1)).toBe(true);
  expect(numbers(fork)[5]).not.toEqual(numbers(source)[5]);
  await expect(rowsOf(page).nth(1)).toContainText('1 edit');
});

test('a result is copied as text, formatted text and figure, or saved where the clipboard is refused', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await openPage(page);
  await quickExperiment(page, 2, 0);
  await train(page);
  await waitUntilFinished(page);
  await openRuns(page);
  await page.getByRole('button', { name: 'Copy result' }).click();
  await expect(page.getByText('Figure and paragraph copied')).toBeVisible();
  const copied = await page.evaluate(async () => {
    const [item] = await navigator.clipboard.read();
    const read = async (type: string): Promise<string> => (await item?.getType(type))?.text() ?? '';
    const image = await item?.getType('image/png');
    const bitmap = image && (await createImageBitmap(image));
    return { text: await read('text/plain'), html: await read('text/html'), width: bitmap?.width };
  });
  expect(copied.text).toMatch(
    /countdown3-tiny on countdown .*seed 0\. .*pass@1 [\d.]+ % \[.*against [\d.]+ % of the starting model/,
  );
  expect(copied.text).toMatch(/rollout tokens, .* http:\/\/127\.0\.0\.1:\d+\/#v1\./);
  expect(copied.html).toContain('<img');
  expect(copied.width).toBe(1280);

  await context.clearPermissions();
  await page.evaluate(() => {
    Object.defineProperty(navigator.clipboard, 'write', { value: () => Promise.reject(new Error('refused')) });
  });
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Copy result' }).click();
  expect((await download).suggestedFilename()).toBe('result.html');
  await expect(page.getByText(/saved as result\.html/)).toBeVisible();
});
