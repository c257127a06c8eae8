import { deflateRawSync } from 'node:zlib';
import { expect, test } from './fixtures';
import { openPage, curveOf, quickExperiment, status, train, waitUntilFinished } from './playground';

test('a link opens in a fresh profile as the same experiment, starts nothing, and reproduces', async ({
  page,
  browser,
  baseURL,
}) => {
  await openPage(page);
  await quickExperiment(page, 12, 6);
  await curveOf(page, 'objective.positiveWeight').getByRole('button', { name: 'Linear', exact: true }).click();
  await train(page);
  await waitUntilFinished(page);
  await page.getByRole('button', { name: 'Share' }).click();
  await page.getByRole('checkbox', { name: /curves and fingerprint/ }).check();
  const link = await page.getByLabel(/Link to this experiment/).inputValue();
  expect(link.length).toBeLessThan(2000);

  const stranger = await browser.newContext({ baseURL: baseURL ?? '' });
  const other = await stranger.newPage();
  const asked: string[] = [];
  other.on('request', (request) => asked.push(request.url()));
  await other.goto(link);
  await expect(other.getByText('Opened from a link:')).toBeVisible();
  await expect(other.getByText(/Steps: \d+ → 12/)).toBeVisible();
  await expect(other.getByText(/comes with the page: 113 kB to load, 550 kB of graphics memory/)).toBeVisible();
  await expect(other.getByRole('button', { name: /from the link/ })).toBeVisible();
  await other.waitForTimeout(1500);
  await expect(status(other)).toHaveText('Idle');
  expect(asked.filter((url) => url.includes('/models/') || !url.startsWith(baseURL ?? ''))).toEqual([]);
  await other.getByRole('button', { name: 'Run', exact: true }).click();
  await waitUntilFinished(other);
  await expect(other.getByText(/Reproduced/)).toBeVisible();
  await stranger.close();
});

test('a link with a model that does not come with the page asks nobody before Check is pressed', async ({ page }) => {
  const asked: string[] = [];
  await page.route('**/models/mine/**', (route) => {
    asked.push(route.request().method());
    return route.fulfill({ headers: { 'Content-Length': '5000000' }, contentType: 'application/octet-stream' });
  });
  const edits = [{ step: 7, path: 'objective.negativeWeight', value: 2 }];
  const payload = deflateRawSync(JSON.stringify({ p: 'nsr', d: { model: 'mine', edits } })).toString('base64url');
  await openPage(page, `./#v1.${payload}`);
  await expect(page.getByText(/unknown until you press Check/)).toBeVisible();
  await expect(page.getByText('at step 7, Penalty of wrong answers β: 2')).toBeVisible();
  expect(asked).toEqual([]);
  await page.getByRole('button', { name: 'Check' }).click();
  await expect(page.getByText(/mine lies beside this page/)).toBeVisible();
  expect(asked).toEqual(['HEAD']);
});

test('a bad link gives the default experiment and one line', async ({ page }) => {
  for (const [hash, words] of [
    ['#v9.abc', /newer version/],
    ['#v1.AAAA', /damaged/],
    ['#v1.q1YqULJSyisu', /damaged|refused/],
  ] as const) {
    await openPage(page, `./${hash}`);
    await page.reload();
    await expect(page.getByRole('alert')).toHaveText(words);
    await expect(status(page)).toHaveText('Idle');
    expect(await page.evaluate(() => localStorage.getItem('nsr-session') ?? '')).not.toContain(hash);
  }
});

test('the address follows the experiment and survives a reload', async ({ page }) => {
  await openPage(page);
  expect(new URL(page.url()).hash).toBe('');
  const steps = page.getByLabel('Steps', { exact: true });
  await steps.fill('33');
  await steps.press('Enter');
  await expect.poll(() => new URL(page.url()).hash).toMatch(/^#v1\./);
  await page.reload();
  await expect(steps).toHaveValue('33');
});
