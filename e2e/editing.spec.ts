import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures';
import {
  openPage,
  curveOf,
  numbersOf,
  pause,
  quickExperiment,
  stepOf,
  storedRuns,
  train,
  waitForStep,
  waitUntilFinished,
} from './playground';

const beta = 'objective.negativeWeight';

async function runningExperiment(page: Page): Promise<void> {
  await openPage(page);
  await quickExperiment(page, 400, 0);
  await train(page);
  await waitForStep(page, 2);
}

async function centreOf(page: Page): Promise<{ x: number; y: number }> {
  const box = await curveOf(page, beta).locator('.knot').first().boundingBox();
  if (!box) throw new Error('no handle');
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

const markers = (page: Page, chart: string): Locator => page.locator(`[data-chart=${chart}] .chart-marker`);

/** The edit acted at the next rollout, is recorded, and stands on the charts. */
async function expectEdit(page: Page): Promise<void> {
  await expect(markers(page, 'pass')).toHaveCount(1);
  await waitForStep(page, (await stepOf(page)) + 2);
  await pause(page);
  const run = (await storedRuns(page)).at(-1);
  expect(run?.edits).toHaveLength(1);
  const [edit] = run?.edits ?? [];
  expect(edit?.path).toBe(beta);
  expect(edit?.value).toBeGreaterThan(1);
  const weights = run?.rows.map((row) => row['negativeWeight']);
  expect(edit?.step).toBeGreaterThan(0);
  expect(weights?.length).toBeGreaterThan((edit?.step ?? 0) + 2);
  expect(weights?.slice(0, edit?.step).every((value) => value === 1)).toBe(true);
  expect(weights?.slice(edit?.step).every((value) => value === edit?.value)).toBe(true);
  for (const chart of ['pass', 'entropy', 'accuracy']) {
    // Charts are drawn only while they are on the screen.
    await page.locator(`[data-chart=${chart}]`).scrollIntoViewIfNeeded();
    await expect(markers(page, chart)).toHaveText(/^β 1 → [\d.]+, rollout \d+$/);
  }
}

test('a handle dragged by mouse while it trains acts at the next rollout and is recorded', async ({ page }) => {
  await runningExperiment(page);
  const { x, y } = await centreOf(page);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x, y - 30, { steps: 4 });
  await page.mouse.up();
  await expectEdit(page);
});

test('the same by keyboard', async ({ page }) => {
  await runningExperiment(page);
  await curveOf(page, beta).locator('.knot input').first().focus();
  await page.keyboard.press('Shift+ArrowUp');
  await expectEdit(page);
});

test.describe('by touch', () => {
  test.use({ hasTouch: true, viewport: { width: 390, height: 780 } });

  test('a handle dragged with a finger, and nudged by taps', async ({ page }) => {
    await openPage(page);
    await page.getByRole('button', { name: 'Setup' }).tap();
    await quickExperiment(page, 400, 0);
    await page.getByRole('button', { name: 'Curves' }).tap();
    await train(page);
    await waitForStep(page, 2);
    const { x, y } = await centreOf(page);
    const cdp = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', top: number): Promise<unknown> =>
      cdp.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x, y: top }] });
    await touch('touchStart', y);
    for (let move = 1; move <= 5; move++) await touch('touchMove', y - move * 5);
    await touch('touchEnd', y);
    await expect(curveOf(page, beta).getByRole('button', { name: 'Raise penalty' })).toBeVisible();
    await page.getByRole('button', { name: 'Charts' }).tap();
    await expectEdit(page);
  });
});

test('undo gives back the old value, as an edit of its own', async ({ page }) => {
  await openPage(page);
  await quickExperiment(page, 400, 0);
  await train(page);
  await waitForStep(page, 2);
  const now = curveOf(page, beta).locator('.curve-now');
  await curveOf(page, beta).locator('.knot input').first().focus();
  await page.keyboard.press('Shift+ArrowUp');
  await expect(markers(page, 'pass')).toHaveCount(1);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(now).toHaveText('1');
  // It acts at the next rollout.
  await waitForStep(page, (await stepOf(page)) + 2);
  await pause(page);
  const run = (await storedRuns(page)).at(-1);
  expect(run?.edits.map((edit) => edit.value)).toEqual([1.5, 1]);
  expect(run?.rows.at(-1)?.['negativeWeight']).toBe(1);
});

test('recorded edits replay to the same numbers', async ({ page }) => {
  await openPage(page);
  await quickExperiment(page, 24, 12);
  await train(page);
  await waitForStep(page, 2);
  await pause(page);
  await curveOf(page, beta).locator('.knot input').first().focus();
  await page.keyboard.press('Shift+ArrowUp');
  // A gesture by keys ends when no further key comes for a while.
  await page.waitForTimeout(1000);
  await train(page);
  await waitUntilFinished(page);
  await page.getByRole('button', { name: 'Reset', exact: true }).click();
  await expect(page.getByText('One recorded edit')).toBeVisible();
  await train(page);
  await waitUntilFinished(page);
  const [steered, replayed] = await storedRuns(page);
  expect(steered?.edits).toHaveLength(1);
  expect(replayed?.edits).toEqual(steered?.edits);
  expect(numbersOf(replayed)).toEqual(numbersOf(steered));
});

test('a curve over the full width stands on the time axis of Pass@k, with its text beside it', async ({ page }) => {
  await runningExperiment(page);
  await pause(page);
  const curve = curveOf(page, beta);
  await curve.getByRole('button', { name: 'Penalty of mistakes over the full width' }).click();
  await expect(page.locator('.wide-curve')).toBeVisible();
  await curve.getByRole('button', { name: 'Penalty of mistakes as text' }).click();
  const ends = (selector: string): Promise<readonly number[]> =>
    page.locator(selector).evaluate((line) => {
      const { left, right } = line.getBoundingClientRect();
      return [left, right];
    });
  const [own, other] = [await ends('.wide-curve .curve-axis'), await ends('[data-chart=pass] .recharts-xAxis line')];
  own.forEach((end, index) => expect(Math.abs(end - (other[index] ?? NaN))).toBeLessThan(1.5));
  // The text follows the hand.
  const text = curve.getByLabel(/as text: position:value/);
  const before = await text.inputValue();
  await curve.locator('.knot input').first().focus();
  await page.keyboard.press('Shift+ArrowUp');
  await expect(text).not.toHaveValue(before);
  await page.getByRole('button', { name: 'Bring it back' }).click();
  await expect(page.locator('.wide-curve')).toHaveCount(0);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 780 } });

  test('Pass@k stays in view above the curves', async ({ page }) => {
    await openPage(page);
    await page.getByRole('button', { name: 'Setup' }).click();
    await quickExperiment(page, 400, 1);
    await page.getByRole('button', { name: 'Curves' }).click();
    await train(page);
    await waitForStep(page, 2);
    await pause(page);
    await page.locator('.curve-card').last().scrollIntoViewIfNeeded();
    await page.mouse.wheel(0, 2000);
    await expect(page.locator('.phone-pass [data-chart=pass]')).toBeInViewport();
  });
});
