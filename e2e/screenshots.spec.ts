import { chromium, type Page } from '@playwright/test';
import { test } from './fixtures';
import { beforeWorker, crashGpu, explodingExperiment, memoryThatFillsUp, setMemoryFull } from './faults';
import { choosePreset, openPage, quickExperiment, setField } from './playground';
import { train, waitForStep, waitUntilFinished } from './playground';

/** `SCREENSHOTS=1 npx playwright test screenshots` writes docs/screenshots anew: every state, light and dark, wide and narrow. */
const folder = 'docs/screenshots';

const looks = [
  { name: 'light-wide', colorScheme: 'light', width: 1440, height: 800 },
  { name: 'dark-wide', colorScheme: 'dark', width: 1440, height: 800 },
  { name: 'light-narrow', colorScheme: 'light', width: 360, height: 780 },
  { name: 'dark-narrow', colorScheme: 'dark', width: 360, height: 780 },
] as const;

async function inEveryLook(page: Page, state: string): Promise<void> {
  for (const { name, colorScheme, width, height } of looks) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height });
    await page.waitForTimeout(900);
    await page.screenshot({ path: `${folder}/${state}-${name}.png` });
  }
  await page.setViewportSize({ width: 1440, height: 800 });
}

test('idle, training, finished, token', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 800 });
  await openPage(page);
  await inEveryLook(page, 'idle');
  await choosePreset(page, /PSR, quick look/);
  await train(page);
  await waitForStep(page, 30);
  await page.locator('.knot input').first().focus();
  await page.keyboard.press('Shift+ArrowUp');
  await waitForStep(page, 50);
  await page.getByRole('button', { name: 'Pause' }).click();
  await inEveryLook(page, 'training');
  await page.locator('.token').nth(2).click();
  await page.getByText(/passed here/).waitFor();
  await page.screenshot({ path: `${folder}/token-dark-wide.png` });
  await train(page);
  await waitUntilFinished(page);
  await inEveryLook(page, 'finished');
});

/** Curves with forces and their charts, in every look; forced colours, and the width of a laptop, besides. */
test('forces', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 800 });
  await openPage(page);
  await choosePreset(page, /W-REINFORCE, quick look|NSR, quick look/);
  await train(page);
  await waitForStep(page, 24);
  await page.getByRole('button', { name: 'Pause' }).click();
  const strip = page.getByTestId('penalty-strip');
  const chart = page.locator('[data-chart="forecast"]');
  for (const [name, width, colorScheme, forcedColors] of [
    ['light-1440', 1440, 'light', 'none'],
    ['dark-1440', 1440, 'dark', 'none'],
    ['forced-1440', 1440, 'light', 'active'],
    ['light-1024', 1024, 'light', 'none'],
    ['dark-390', 390, 'dark', 'none'],
  ] as const) {
    await page.emulateMedia({ colorScheme, forcedColors });
    await page.setViewportSize({ width, height: 900 });
    if (width < 720) await page.getByRole('button', { name: 'Curves' }).click();
    await strip.scrollIntoViewIfNeeded();
    await page.waitForTimeout(900);
    await page.screenshot({ path: `${folder}/forces-curves-${name}.png` });
    if (width < 720) await page.getByRole('button', { name: 'Charts' }).click();
    await chart.scrollIntoViewIfNeeded();
    await page.waitForTimeout(900);
    await page.screenshot({ path: `${folder}/forces-charts-${name}.png` });
  }
});

test('first visit with the tour, and a link', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 800 });
  await page.goto('./');
  await page.getByText('Press Train', { exact: true }).waitFor();
  await inEveryLook(page, 'tour');
  await openPage(
    page,
    './#v1.JYxBDkAwFETvMmtEJDa9iIVYFIOK0PDVoundfbF7eZl5ER4GT37S7dNxDkSGESbiEvoLpi4zcHSi2P4SplLnrSx6PPqVg7jAYudsP2jo5kW0Eux2U8epS-kF',
  );
  await page.reload();
  await inEveryLook(page, 'link');
});

test('numbers that stop being finite', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 800 });
  await openPage(page);
  await explodingExperiment(page);
  await train(page);
  await page.getByRole('alert').waitFor({ timeout: 120_000 });
  await page.getByRole('tab', { name: 'Why?' }).click();
  await inEveryLook(page, 'not-finite');
});

test('the software adapter', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 800 });
  await openPage(page);
  await page.getByText('Slow mode.').waitFor();
  await inEveryLook(page, 'slow');
});

test('a lost device', async ({ page, browser }) => {
  await page.setViewportSize({ width: 1440, height: 800 });
  await openPage(page);
  await quickExperiment(page, 400, 20);
  await train(page);
  await waitForStep(page, 31);
  await crashGpu(browser);
  await page.getByText(/The run goes on from step/).waitFor();
  await waitForStep(page, 41);
  await page.getByRole('button', { name: 'Pause' }).click();
  await inEveryLook(page, 'recovered');
  await train(page);
  await waitForStep(page, 51);
  await crashGpu(browser);
  await page.getByRole('button', { name: 'Reload and resume' }).waitFor();
  await inEveryLook(page, 'device-lost');
});

test('full graphics memory', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 800 });
  await beforeWorker(page, memoryThatFillsUp);
  await openPage(page);
  await quickExperiment(page, 400, 20);
  await train(page);
  await waitForStep(page, 21);
  await setMemoryFull(page, true);
  await setField(page, 'Prompts per step', 64);
  await page
    .getByText(/memory is full/)
    .first()
    .waitFor();
  await inEveryLook(page, 'out-of-memory');
});

test('without WebGPU', async ({ baseURL }) => {
  const { launchOptions } = test.info().project.use;
  const browser = await chromium.launch({
    ...(launchOptions?.executablePath === undefined ? {} : { executablePath: launchOptions.executablePath }),
    args: ['--headless=new', '--no-sandbox', '--disable-quic', '--no-first-run'],
  });
  const page = await browser.newPage();
  await openPage(page, baseURL ?? '');
  await page.getByText(/Training needs WebGPU/).waitFor();
  await page.waitForTimeout(2000);
  await inEveryLook(page, 'unsupported');
  await browser.close();
});
