import { test } from './fixtures';
import { choosePreset, openPage, setField, train, unfold, waitUntilFinished } from './playground';
test.use({ allowedErrors: [/.*/] });
test('pictures', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 1000 });
  await openPage(page);
  await choosePreset(page, /PSR, quick look/);
  await unfold(page, 'Evaluation');
  await setField(page, 'Evaluate every', 5);
  await setField(page, 'Steps', 40);
  await train(page);
  await waitUntilFinished(page);
  for (const [name, colorScheme, width, forced] of [
    ['light-wide', 'light', 1440, 'none'],
    ['dark-wide', 'dark', 1440, 'none'],
    ['forced-wide', 'dark', 1440, 'active'],
    ['light-390', 'light', 390, 'none'],
    ['dark-390', 'dark', 390, 'none'],
  ] as const) {
    await page.emulateMedia({ colorScheme, forcedColors: forced });
    await page.setViewportSize({ width, height: 1000 });
    await page.waitForTimeout(1200);
    for (const id of ['trade', 'fan', 'pass', 'failures', 'distinct']) {
      const card = page.locator(`[data-chart="${id}"]`);
      await card.scrollIntoViewIfNeeded();
      await page.waitForTimeout(500);
      if (id === 'trade') await page.getByRole('slider', { name: 'Point of the cooled base' }).focus();
      await card.screenshot({ path: `/tmp/f10a/${id}-${name}.png` });
    }
    await page.screenshot({ path: `/tmp/f10a/page-${name}.png` });
  }
});
