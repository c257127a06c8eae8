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
  await quickExperiment(page, 24, 12);
  await train(page);
  await waitUntilFinished(page);
  await page.getByRole('button', { name: 'Reset', exact: true }).click();
  await train(page);
  await waitForStep(page, 14);
  await page.reload();
  await expect(status(page)).toHaveText(/Paused at \d+\/24/);
  await page.getByRole('button', { name: 'Resume' }).click();
  await waitUntilFinished(page);
  const [straight, resumed] = await storedRuns(page);
  expect(resumed?.rows.map((row) => row.step)).toEqual(straight?.rows.map((row) => row.step));
  expect(numbersOf(resumed)).toEqual(numbersOf(straight));
});
