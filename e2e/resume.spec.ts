import { expect, test } from './fixtures';
import {
  openPage,
  numbersOf,
  quickExperiment,
  status,
  storedRuns,
  train,
  waitForStep,
  waitUntilFinished,
} from './playground';

test('a run reloaded in the middle goes on to the same numbers', async ({ page }) => {
  await openPage(page);
  await quickExperiment(page, 40, 20);
  await train(page);
  await waitUntilFinished(page);
  await page.getByRole('button', { name: 'Reset', exact: true }).click();
  await train(page);
  await waitForStep(page, 24);
  await page.reload();
  await expect(status(page)).toHaveText(/Paused at \d+\/40/);
  await page.getByRole('button', { name: 'Resume' }).click();
  await waitUntilFinished(page);
  const [straight, resumed] = await storedRuns(page);
  expect(resumed?.rows.map((row) => row.step)).toEqual(straight?.rows.map((row) => row.step));
  expect(numbersOf(resumed)).toEqual(numbersOf(straight));
});

test('two methods overlay with deltas against a baseline; deleting can be undone', async ({ page }) => {
  await openPage(page);
  await quickExperiment(page, 6, 0);
  await train(page);
  await waitUntilFinished(page);
  await page.getByLabel('Reward of right answers λ', { exact: true }).fill('1');
  await page.keyboard.press('Enter');
  await train(page);
  await waitUntilFinished(page);
  await page.getByRole('tab', { name: 'Runs' }).click();
  const rows = page.getByRole('region', { name: 'Runs' }).getByRole('row');
  await expect(rows).toHaveCount(3);
  await expect(rows.nth(2)).toContainText('Reward of right answers λ 1');
  await rows
    .nth(1)
    .getByRole('button', { name: /as baseline/ })
    .click();
  await expect(rows.nth(2).getByRole('cell').nth(2)).toHaveText(/% [+−]\d/);
  await rows
    .nth(1)
    .getByRole('button', { name: /Delete/ })
    .click();
  await expect(rows).toHaveCount(2);
  await page.getByRole('button', { name: 'Undo', exact: true }).last().click();
  await expect(rows).toHaveCount(3);
});
