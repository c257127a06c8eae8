import { chromium } from '@playwright/test';
import { expectNoViolationsInAnyLook } from './axe';
import { beforeWorker } from './faults';
import { expect, test } from './fixtures';
import { openPage, quickExperiment, storedRuns, train, waitForStep, waitUntilFinished } from './playground';

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

test('from an address without https the page says which one would do', async ({ baseURL }) => {
  const { launchOptions } = test.info().project.use;
  const browser = await chromium.launch({
    ...launchOptions,
    args: [...(launchOptions?.args ?? []), '--host-resolver-rules=MAP playground.test 127.0.0.1'],
  });
  const page = await (await browser.newContext()).newPage();
  await openPage(page, (baseURL ?? '').replace('127.0.0.1', 'playground.test'));
  expect(await page.evaluate(() => isSecureContext)).toBe(false);
  await expect(page.locator('.notice-stop')).toContainText(
    'this address does not get it: this page was opened without https',
  );
  await expect(page.getByRole('button', { name: 'Train' })).toBeDisabled();
  await browser.close();
});

test('a browser that has no WebGPU at all is told which ones have it', async ({ page }) => {
  await beforeWorker(page, `Object.defineProperty(navigator, 'gpu', { value: undefined });`);
  await openPage(page);
  await expect(page.getByText(/This browser has no WebGPU/)).toContainText('Chrome and Edge from version 113');
  await expectNoViolationsInAnyLook(page, 'no WebGPU');
});

test('an adapter with no more than the limits that WebGPU promises trains', async ({ page }) => {
  await beforeWorker(
    page,
    `const { requestDevice } = GPUAdapter.prototype;
     GPUAdapter.prototype.requestDevice = function () { return requestDevice.call(this); };`,
  );
  await openPage(page);
  await quickExperiment(page, 2, 0);
  await train(page);
  await waitUntilFinished(page);
});

test.describe('without the worker’s script', () => {
  test.use({ allowedErrors: [/404/] });

  test('the page says so instead of starting the worker for ever', async ({ page }) => {
    const asked: string[] = [];
    // The page's own script is the one that index.html names.
    const own = /main-[\w-]+\.js/.exec(await (await page.request.get('./')).text())?.[0] ?? '';
    await page.route('**/assets/main-*.js', (route) => {
      if (route.request().url().includes(own)) return route.continue();
      asked.push(route.request().url());
      return route.fulfill({ status: 404 });
    });
    await openPage(page);
    await expect(page.getByRole('alert')).toContainText('its script did not load');
    await expect(page.getByRole('button', { name: 'Reload', exact: true })).toBeVisible();
    await page.waitForTimeout(500);
    expect(asked).toHaveLength(2);
  });
});

test('a page that the browser freezes in the background loses no step', async ({ page }) => {
  await openPage(page);
  await quickExperiment(page, 12, 0);
  await train(page);
  await waitForStep(page, 2);
  const session = await page.context().newCDPSession(page);
  await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await session.send('Page.setWebLifecycleState', { state: 'active' });
  await waitUntilFinished(page);
  const [run] = await storedRuns(page);
  expect(run?.rows.map((row) => row.step)).toEqual(Array.from({ length: 12 }, (_, step) => step));
});

test('a second tab only shows, until the first is closed', async ({ context }) => {
  const first = await context.newPage();
  await openPage(first);
  await expect(first.getByRole('button', { name: 'Train' })).toBeEnabled();
  await quickExperiment(first, 4, 0);
  const second = await context.newPage();
  await openPage(second);
  await expect(second.getByText(/Another tab/)).toBeVisible();
  await expect(second.getByRole('button', { name: 'Train' })).toBeDisabled();
  await expectNoViolationsInAnyLook(second, 'viewer');
  await train(first);
  await waitUntilFinished(first);
  await expect(second.getByRole('button', { name: 'Train' })).toBeDisabled();
  await first.close();
  await expect(second.getByRole('button', { name: 'Train' })).toBeEnabled();
});
