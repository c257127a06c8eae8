import type { Page } from '@playwright/test';
import { expectNoViolations } from './axe';
import { expect, test } from './fixtures';
import { choosePreset, openPage, quickExperiment, setField, train, unfold, waitUntilFinished } from './playground';

/** Run, base and evaluation are small: a few seconds. */
async function trainPreset(page: Page, preset: RegExp): Promise<void> {
  await choosePreset(page, preset);
  await setField(page, 'Prompts per step', 4);
  await setField(page, 'Held-out problems', 16);
  await setField(page, 'Evaluate every', 0);
  await setField(page, 'Steps', 2);
  await train(page);
  await waitUntilFinished(page);
}

test('curves travel with their own experiment; runs of another base stand apart; the baseline survives a reload', async ({
  page,
}) => {
  await openPage(page);
  await quickExperiment(page, 2, 0);
  await train(page);
  await waitUntilFinished(page);

  await setField(page, 'Steps', 9);
  await page.getByRole('button', { name: 'Share' }).click();
  await expect(page.getByLabel(/not that of the run NSR, quick look/)).toBeVisible();
  await page.getByRole('checkbox', { name: /curves and fingerprint of the run NSR, quick look/ }).check();
  const link = await page.getByLabel(/Link to the run NSR, quick look as it was trained/).inputValue();
  await page.keyboard.press('Escape');
  const other = await page.context().newPage();
  await other.goto(link);
  await expect(other.getByLabel('Steps', { exact: true })).toHaveValue('2');
  await other.close();

  await trainPreset(page, /PSR, quick look/);
  const status = page.locator('.status');
  await expect(status).toContainText('PSR, quick look');
  const chips = page.getByRole('list', { name: 'Runs' }).getByRole('button');
  await expect(chips).toHaveText([/NSR, quick look\s*another base/, /PSR, quick look$/]);
  await expect(page.locator('[data-chart=pass] .chart-surface')).toHaveAttribute(
    'aria-label',
    /NSR, quick look \(not compared: another base\)/,
  );
  // Off the screen, and read out all the same.
  await expect(page.locator('[data-chart=kl] .chart-surface')).toHaveAttribute('aria-label', /PSR, quick look KL/);

  await page.getByRole('tab', { name: 'Runs' }).click();
  const table = page.getByRole('region', { name: 'Runs' });
  await table.getByRole('button', { name: 'PSR, quick look as baseline' }).click();
  await expect(table.getByText(/Not compared with PSR, quick look: another base/)).toBeVisible();
  await expect(table.locator('.measure-difference')).toHaveCount(0);
  await expectNoViolations(page, 'runs of two bases');
  await page.reload();
  await expect(table.getByRole('button', { name: 'No baseline' })).toBeVisible();

  await page.getByRole('button', { name: 'Compare methods' }).click();
  const form = page.getByRole('form', { name: 'Compare methods' });
  await form.getByRole('combobox', { name: 'Seeds' }).selectOption('3');
  await expect(form.getByRole('button', { name: 'Train 12 runs' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Train', exact: true })).toBeVisible();
});

test('a field says what it takes, and which value stays', async ({ page }) => {
  await openPage(page);
  await unfold(page, 'Evaluation');
  const field = page.getByLabel('Steps', { exact: true });
  const before = await field.inputValue();
  await field.fill('-3');
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByText(/^Must be a whole number from 1 to \d+/)).toBeVisible();
  await expectNoViolations(page, 'a number out of range');
  await field.press('Enter');
  await expect(field).toHaveValue('-3');
  await field.blur();
  await expect(field).toHaveValue(before);
  await expect(page.getByText(`-3 was not taken, ${before} stays: a whole number from 1`)).toBeVisible();
  await setField(page, 'Steps', 12);
  await expect(page.getByText(/was not taken/)).toHaveCount(0);
});

test('coach marks stand beside what they point at, come first, end with the deed and close by Escape', async ({
  page,
}) => {
  for (const viewport of [
    { width: 1440, height: 800 },
    { width: 390, height: 780 },
  ]) {
    await page.setViewportSize(viewport);
    await page.goto('./');
    const mark = page.getByRole('region', { name: /^Tour/ });
    for (const title of ['Press Train', 'Watch Pass@k and entropy', 'Drag the penalty curve', 'Send the link']) {
      await expect(mark).toContainText(title);
      await expect.poll(() => covered(page), { message: `${title} at ${viewport.width} px` }).toEqual([]);
      if (title !== 'Send the link') await mark.getByRole('button', { name: 'Next' }).click();
    }
    await page.getByRole('button', { name: 'Share' }).click();
    await expect(mark).toHaveCount(0);
    await page.evaluate(() => localStorage.clear());
  }
  await page.goto('./');
  const mark = page.getByRole('region', { name: /^Tour/ });
  await expect(mark).toBeVisible();
  await page.keyboard.press('Tab');
  await expect(mark.getByRole('button', { name: 'Skip' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(mark).toHaveCount(0);
});

/** What lies under the coach mark of its target and the notices. */
const covered = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const mark = document.querySelector('.tour')?.getBoundingClientRect();
    if (!mark) return ['no mark'];
    return [...document.querySelectorAll('.tour-ring, .notices > *')]
      .filter((element) => {
        const box = element.getBoundingClientRect();
        return mark.left < box.right && box.left < mark.right && mark.top < box.bottom && box.top < mark.bottom;
      })
      .map((element) => element.className);
  });

test('what is pressed, and how far the run is, shows in forced colours', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await openPage(page);
  await page.getByRole('button', { name: 'log x' }).click();
  const outline = (name: string): Promise<string> =>
    page.getByRole('button', { name }).evaluate((button) => getComputedStyle(button).outlineStyle);
  expect(await outline('log x')).toBe('solid');
  expect(await outline('log y')).toBe('none');
  const bar = page.locator('.status-bar');
  expect(await bar.evaluate((element) => getComputedStyle(element).borderTopStyle)).toBe('solid');
});
