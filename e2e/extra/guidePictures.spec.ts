import type { Locator, Page } from '@playwright/test';
import { test } from '../fixtures';
import { choosePreset, curveOf, openPage, train, waitForStep, waitUntilFinished } from '../playground';

/** `npm run guide:pictures` writes docs/guide anew: the pictures of docs/guide.md. */
const folder = 'docs/guide';

test.use({ viewport: { width: 1100, height: 700 }, colorScheme: 'light' });

const picture = (name: string) => ({ path: `${folder}/${name}.png` });

/** From the top left corner of one element to the bottom right one of another. */
async function around(page: Page, name: string, first: Locator, last: Locator): Promise<void> {
  const [from, to] = [await first.boundingBox(), await last.boundingBox()];
  if (!from || !to) throw new Error(`${name}: nothing to see`);
  const clip = {
    x: from.x,
    y: from.y,
    width: to.x + to.width - from.x,
    height: Math.max(to.y + to.height, from.y + from.height) - from.y,
  };
  await page.screenshot({ ...picture(name), clip });
}

/** Charts redraw two to four times a second. */
const settle = (page: Page): Promise<void> => page.waitForTimeout(1200);

test('first minute, dragging the curve, a token, a link', async ({ page, context }) => {
  await page.goto('./');
  await page.getByText('Press Train', { exact: true }).waitFor();
  await page.screenshot(picture('first'));
  await openPage(page);
  await page.reload();
  await choosePreset(page, /PSR, quick look/);
  await train(page);
  await waitForStep(page, 35);
  await curveOf(page, 'objective.negativeWeight').locator('.knot input').first().focus();
  for (let press = 0; press < 2; press++) await page.keyboard.press('Shift+ArrowUp');
  await waitUntilFinished(page);
  await settle(page);
  await page.screenshot(picture('dragged'));
  await page.locator('.token').nth(2).click();
  await page.getByText(/passed here/).waitFor();
  await page.locator('.drawer').screenshot(picture('token'));
  await page.getByRole('button', { name: 'Share' }).click();
  const link = await page.getByLabel(/Link to this experiment/).inputValue();
  await page.locator('.share-panel').screenshot(picture('share'));
  const other = await context.newPage();
  await page.close();
  await openPage(other, link);
  await other.locator('.link-banner').screenshot(picture('link'));
});

test('reading the charts, and methods beside each other, on recorded runs', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 900 });
  await openPage(page);
  await page.getByRole('button', { name: 'Watch a recorded run' }).first().click();
  await page.getByText(/Recorded, not trained here/).waitFor();
  await settle(page);
  await page.locator('.drawer-toggle').click();
  await settle(page);
  await around(page, 'charts', page.locator('.run-legend'), page.locator('[data-chart=accuracy]'));
  await page.locator('.drawer-toggle').click();
  await page.getByRole('tab', { name: 'Runs' }).click();
  await page.locator('.drawer').screenshot(picture('runs'));
});
