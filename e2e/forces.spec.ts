/** Forces as a person meets them: the forecast under the hand, the strips and arrows, what is kept, and that no number changes. */
import type { Page } from '@playwright/test';
import { expectNoViolationsInAnyLook } from './axe';
import { expect, test } from './fixtures';
import {
  curveOf,
  numbersOf,
  openPage,
  pause,
  quickExperiment,
  setField,
  storedRuns,
  train,
  waitForStep,
  waitUntilFinished,
  type StoredRun,
} from './playground';

const forecastOf = (page: Page, path: string) => curveOf(page, path).getByTestId('forecast');
const beta = 'objective.negativeWeight';

/** Trains a small run until its first rollouts have been measured, and pauses. */
async function measuredRun(page: Page): Promise<void> {
  await openPage(page);
  await quickExperiment(page, 400, 0);
  await setField(page, 'Samples per problem', 64);
  await train(page);
  await waitForStep(page, 3);
  await pause(page);
  await expect(forecastOf(page, beta)).toBeVisible();
}

/** Frames between a pointer's move and the text that follows it: the most over all moves. */
async function watchFrames(page: Page, path: string): Promise<void> {
  await page.evaluate((selector) => {
    const place = document.querySelector(`${selector} [data-testid="forecast"] table`);
    if (!place) throw new Error('no forecast');
    const seen = { frame: 0, moved: -1, lags: [] as number[] };
    Object.assign(window, { framesSeen: seen });
    const count = (): void => {
      seen.frame += 1;
      requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
    addEventListener('pointermove', () => (seen.moved = seen.frame), true);
    new MutationObserver(() => {
      if (seen.moved >= 0) seen.lags.push(seen.frame - seen.moved);
      seen.moved = -1;
    }).observe(place, { subtree: true, characterData: true, childList: true });
  }, `[data-curve="${path}"]`);
}

const lags = (page: Page): Promise<number[]> =>
  page.evaluate(() => (window as unknown as { framesSeen: { lags: number[] } }).framesSeen.lags);

test('the forecast follows the hand within a frame, and is said when the hand rests', async ({ page }) => {
  await measuredRun(page);
  await watchFrames(page, beta);
  const forecast = forecastOf(page, beta);
  const before = await forecast.getByRole('row', { name: /^at β/ }).textContent();
  const box = await curveOf(page, beta).locator('.knot').first().boundingBox();
  if (!box) throw new Error('no handle');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let move = 1; move <= 12; move++) await page.mouse.move(x, y + 3 * move);
  // Still held: nothing is committed yet.
  await expect(forecast.getByRole('row', { name: /^at β/ })).not.toHaveText(before ?? '');
  const seen = await lags(page);
  expect(seen.length).toBeGreaterThan(4);
  expect(Math.max(...seen)).toBeLessThanOrEqual(1);
  await page.mouse.up();
  const now = await forecast.getByRole('row', { name: /^at β/ }).getByRole('rowheader').textContent();
  await expect(forecast.getByTestId('forecast-voice')).toContainText(`${now}: pass@1`);
  await expect(forecast.getByTestId('forecast-voice')).toHaveAttribute('aria-live', 'polite');
});

test('strip, arrows, ghosts and chart have names, and the page stays accessible', async ({ page }) => {
  await measuredRun(page);
  const strip = page.getByRole('table', { name: /penalty by confidence/ });
  await expect(strip.getByRole('row', { name: /pass@64/ })).toBeVisible();
  await expect(page.locator('[data-chart="trade"]').getByRole('img')).toHaveAccessibleName(
    /Forces from rollout \d+, per step: (?=.*PSR)(?=.*NSR)(?=.*W-REINFORCE)(?=.*now)/,
  );
  await expect(curveOf(page, beta).getByRole('table', { name: /One more β now/ })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Forces' })).toContainText(/Forces cost .* every \d+ rollouts, \d+ %/);
  await expect(page.getByRole('region', { name: 'Forces' })).toContainText(/% of this update is signal/);
  await expect(page.locator('[data-chart="forecast"]').getByRole('figure')).toHaveAccessibleName(
    /Forecast against realised/,
  );
  await expectNoViolationsInAnyLook(page, 'forces');
  await page.setViewportSize({ width: 1280, height: 800 });

  // What the data ask for, taken and undone.
  const take = page.getByRole('button', { name: 'Take it' });
  for (const k of ['pass@1', 'pass@64']) {
    if (await take.isVisible()) break;
    await page
      .getByRole('group', { name: /suggested mapping raises/ })
      .getByRole('button', { name: k })
      .click();
  }
  if (await take.isVisible()) {
    const mapping = curveOf(page, 'objective.confidence');
    await expect(mapping.getByTestId('curve-hint')).toHaveCount(1);
    await take.click();
    await expect(mapping.locator('.knot').first()).toBeVisible();
    await page.keyboard.press('Control+z');
    await expect(mapping.locator('.knot')).toHaveCount(0);
  }
});

test('forces are kept over a reload, and a run has the same numbers with and without', async ({ page }) => {
  await openPage(page);
  await quickExperiment(page, 3, 3);
  await train(page);
  await waitUntilFinished(page);
  await page.getByLabel('Measure forces').selectOption('off');
  await page.getByRole('button', { name: 'Reset', exact: true }).click();
  // One step, then a measurement between two steps, then on.
  await page.getByRole('group', { name: 'Training' }).getByRole('button', { name: 'Step' }).click();
  await expect(page.getByTestId('status')).toHaveText(/Paused at/);
  await page.getByRole('button', { name: 'Measure once' }).click();
  await expect(forecastOf(page, beta)).toContainText('from rollout 2, about to come');
  await train(page);
  await waitUntilFinished(page);

  const forcesOf = (run: StoredRun | undefined) =>
    (run as (StoredRun & { forces: readonly { step: number }[] }) | undefined)?.forces.map(({ step }) => step);
  const [watched, asked] = await storedRuns(page);
  expect(forcesOf(watched)?.[0]).toBe(0);
  expect(forcesOf(asked)).toEqual([1]);
  expect(numbersOf(asked)).toEqual(numbersOf(watched));

  await page.reload();
  await expect(page.locator('[data-chart="forecast"]')).toBeVisible();
  const [again] = await storedRuns(page);
  expect(forcesOf(again)).toEqual(forcesOf(watched));
});
