import { chromium } from '@playwright/test';
import { expect, test } from './fixtures';
import { openPage } from './playground';

test('without WebGPU the page says so and everything but training works', async ({ baseURL }) => {
  // The flags of the other tests are what gives WebGPU here: without them the adapter is null.
  const { launchOptions } = test.info().project.use;
  const browser = await chromium.launch({
    ...(launchOptions?.executablePath === undefined ? {} : { executablePath: launchOptions.executablePath }),
    args: ['--headless=new', '--no-sandbox', '--disable-quic', '--no-first-run'],
  });
  const page = await browser.newPage();
  await page.goto(baseURL ?? '');
  await expect(page.getByText(/Training needs WebGPU/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Train' })).toBeDisabled();
  await page.locator('.knot input').first().focus();
  await page.keyboard.press('Shift+ArrowUp');
  await expect.poll(() => new URL(page.url()).hash).toMatch(/^#v1\./);
  await browser.close();
});

test('a software adapter is called slow mode and offers the quick preset', async ({ page }) => {
  await openPage(page);
  await page.getByRole('button', { name: 'Take the quick preset' }).click();
  await expect(page.getByRole('button', { name: 'Presets' })).toContainText('quick');
});

test('a second tab only shows, until the first is closed', async ({ context }) => {
  const first = await context.newPage();
  await openPage(first);
  await expect(first.getByRole('button', { name: 'Train' })).toBeEnabled();
  const second = await context.newPage();
  await openPage(second);
  await expect(second.getByText(/Another tab/)).toBeVisible();
  await expect(second.getByRole('button', { name: 'Train' })).toBeDisabled();
  await first.close();
  await expect(second.getByRole('button', { name: 'Train' })).toBeEnabled();
});
