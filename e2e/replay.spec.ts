import { chromium } from '@playwright/test';
import { expectNoViolations } from './axe';
import { expect, test } from './fixtures';
import { openPage } from './playground';

/** Everything of a recorded run: it plays, its answers and tokens can be looked into, and the charts follow. */
test('without WebGPU a recorded run plays, with answers and tokens', async ({ baseURL }) => {
  // The flags of the other tests are what gives WebGPU here: without them the adapter is null, in the worker too, where no
  // init script comes; the script masks it in the page as well.
  const { launchOptions } = test.info().project.use;
  const browser = await chromium.launch({
    ...(launchOptions?.executablePath === undefined ? {} : { executablePath: launchOptions.executablePath }),
    args: ['--headless=new', '--no-sandbox', '--disable-quic', '--no-first-run'],
  });
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.addInitScript(() => Object.defineProperty(navigator, 'gpu', { value: undefined }));
  await openPage(page, baseURL ?? '');
  await expect(page.getByText(/Training needs WebGPU/)).toBeVisible();
  const bar = page.getByRole('region', { name: 'Recorded run' });
  const position = page.getByTestId('replay-position');
  await expect(bar.getByText(/Recorded, not trained here/)).toBeVisible();
  const total = Number(/\/(\d+)$/.exec((await position.textContent()) ?? '')?.[1]);
  expect(total).toBeGreaterThan(10);
  await expect(position).toHaveText(`${total}/${total}`);

  const answers = page.getByRole('region', { name: 'Answers', exact: true });
  await expect.poll(() => answers.getByRole('row').count()).toBeGreaterThan(10);
  const atTheEnd = await answers.innerText();

  const shown = async (): Promise<number> => Number.parseInt((await position.textContent()) ?? '', 10);
  await bar.getByRole('button', { name: 'Replay' }).click();
  await expect.poll(shown).toBeGreaterThan(2);
  const early = await shown();
  await expect.poll(shown).toBeGreaterThan(early + 2);
  await bar.getByRole('button', { name: 'Pause replay' }).click();
  expect(await shown()).toBeLessThan(total);
  expect(await answers.innerText()).not.toBe(atTheEnd);
  const end = (): Promise<string> =>
    page.locator('[data-chart=entropy] .chart-surface').getAttribute('aria-label').then(String);
  const paused = await end();

  await bar.getByLabel('Rollouts shown').fill(String(total));
  await expect(position).toHaveText(`${total}/${total}`);
  await expect.poll(end).not.toBe(paused);

  await answers.locator('button.token').nth(1).click();
  await expect(page.getByText(/passed here/)).toBeVisible();
  await expect
    .poll(() => page.getByRole('region', { name: 'Tokens', exact: true }).getByRole('row').count())
    .toBeGreaterThan(5);
  await expectNoViolations(page, 'recorded run');

  await bar.getByRole('combobox', { name: 'Recorded run' }).selectOption({ index: 3 });
  await expect(page.getByRole('list', { name: 'Runs' }).getByRole('button')).toHaveCount(3);
  await bar.getByRole('button', { name: 'Close the recorded run' }).click();
  await expect(bar).toBeHidden();
  await browser.close();
});

test('before the first run a recorded one can be watched, and gives way to one’s own', async ({ page }) => {
  await openPage(page);
  await page.getByRole('tabpanel').getByRole('button', { name: 'Watch a recorded run' }).click();
  const bar = page.getByRole('region', { name: 'Recorded run' });
  await expect(bar).toBeVisible();
  await page.getByRole('tab', { name: 'Token' }).click();
  await expect(page.getByText(/passed here/)).toBeVisible();
  await bar.getByRole('button', { name: 'Use settings' }).click();
  await expect(page.getByRole('button', { name: 'Presets' })).toContainText('NSR');
  await page.getByRole('button', { name: 'Train' }).click();
  await expect(bar).toBeHidden();
  await page.getByRole('button', { name: 'Restart' }).click();
});
