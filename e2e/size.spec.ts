/** A real model's shape in a tab: one RL step by an adapter of a random model as large as SmolLM2-135M. */
import { expect, test } from './fixtures';

// two quiet cores take about a minute for it, the test server's machine may be busy
test.setTimeout(600_000);

test('a model of 135 million parameters makes a step of reinforcement learning in the page', async ({ page }) => {
  await page.goto('/bench.html');
  await expect(page.locator('html[data-ready]')).toBeAttached();
  const report = await page.evaluate(() =>
    (
      globalThis as unknown as { nsrSizeStep: (name: string, step: object) => Promise<Record<string, number>> }
    ).nsrSizeStep('SmolLM2-135M', { prompts: 2, groupSize: 2, promptTokens: 8, newTokens: 4 }),
  );
  test.info().annotations.push({ type: 'size', description: JSON.stringify(report) });
  expect(report['parameters']).toBe(134_515_008);
  // of what the step moves nothing stays zero but what no gradient reaches
  expect(report['movedShare']).toBeGreaterThan(0.9);
  // weights in 16 bits, adapter, moments, and little beside them
  expect(report['bytes']).toBeLessThan(700e6);
});
