import { expectNoViolations } from './axe';
import { expect, test } from './fixtures';
import { openPage, quickExperiment, status, train, waitForStep } from './playground';

const widths = [360, 768, 1440] as const;

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    for (const width of widths) {
      test(`no violation at ${width} px: idle, presets, link panel, help`, async ({ page }) => {
        await page.setViewportSize({ width, height: 800 });
        await openPage(page);
        await expect(page.getByRole('button', { name: 'Train' })).toBeVisible();
        await expectNoViolations(page, 'idle');
        if (width === 360) {
          for (const tab of ['Curves', 'Setup', 'Samples']) {
            await page.getByRole('button', { name: tab, exact: true }).click();
            await expectNoViolations(page, tab);
          }
        }
        await page.getByRole('button', { name: 'Presets' }).click();
        await expectNoViolations(page, 'presets');
        await page.keyboard.press('Escape');
        await page.getByRole('button', { name: 'Share' }).click();
        await expectNoViolations(page, 'share');
        await page.keyboard.press('Escape');
        await page.getByRole('button', { name: 'Help and shortcuts' }).click();
        await expectNoViolations(page, 'help');
      });
    }

    test('no violation with a run: every inspector, a selected knot, curves as text', async ({ page }) => {
      await page.setViewportSize({ width: 1440, height: 900 });
      await openPage(page);
      await quickExperiment(page, 400, 50);
      await train(page);
      await waitForStep(page, 3);
      await page.getByRole('button', { name: 'Pause' }).click();
      await expect(status(page)).toHaveText(/Paused/);
      await expectNoViolations(page, 'rollouts');
      await page.locator('.token').first().click();
      await expect(page.getByText(/passed here/)).toBeVisible();
      await expectNoViolations(page, 'token');
      for (const tab of ['Runs', 'Why?']) {
        await page.getByRole('tab', { name: tab }).click();
        await expectNoViolations(page, tab);
      }
      await page.getByRole('tab', { name: 'Runs' }).click();
      await page.getByRole('button', { name: 'Compare methods' }).click();
      await expectNoViolations(page, 'compare');
      await page.locator('.knot input').first().focus();
      await expectNoViolations(page, 'knot');
      await page.getByRole('button', { name: /Penalty of mistakes as text/ }).click();
      await expectNoViolations(page, 'text');
      for (const width of [768, 360]) {
        await page.setViewportSize({ width, height: 800 });
        if (width === 360) await page.getByRole('button', { name: 'Samples', exact: true }).click();
        for (const tab of ['Rollouts', 'Token', 'Runs', 'Why?']) {
          await page.getByRole('tab', { name: tab }).click();
          await expectNoViolations(page, `${tab}, ${width} px`);
        }
      }
    });
  });
}

test('nothing is cut off sideways at 360, 768 and 1440 px', async ({ page }) => {
  for (const width of widths) {
    await page.setViewportSize({ width, height: 800 });
    await openPage(page);
    await expect(page.getByRole('button', { name: 'Train' })).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    const help = await page.getByRole('button', { name: 'Help and shortcuts' }).boundingBox();
    expect((help?.x ?? 0) + (help?.width ?? 0)).toBeLessThanOrEqual(width);
  }
});

test('the main path works by keyboard alone', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await openPage(page);
  await quickExperiment(page, 400, 0);
  await page.locator('body').press('Escape');
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press(' ');
  await waitForStep(page, 1);
  await page.keyboard.press(' ');
  await expect(status(page)).toHaveText(/Paused/);
  await page.keyboard.press('.');
  await expect(status(page)).toHaveText(/Paused|Rollout/);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
});

test('forced colours and reduced motion leave handles and curves visible', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
  await openPage(page);
  await expect(page.locator('.knot-dot').first()).toBeVisible();
  const border = await page
    .locator('.knot-dot')
    .first()
    .evaluate((dot) => getComputedStyle(dot).borderTopWidth);
  expect(Number.parseFloat(border)).toBeGreaterThan(1);
});
