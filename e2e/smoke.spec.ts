import { expect, test } from './fixtures';

test('the page opens and the browser gives a WebGPU adapter', async ({ page }) => {
  await page.goto('./');
  await expect(page).toHaveTitle(/NSR Playground/);
  await expect(page.locator('#root')).not.toBeEmpty();
  const adapter = await page.evaluate(async () => (await navigator.gpu.requestAdapter())?.info.architecture);
  expect(adapter).toBe('swiftshader');
});

test('what is missing is a 404, never the page', async ({ request }) => {
  const response = await request.get('models/nowhere/tokenizer.json');
  expect(response.status()).toBe(404);
});
