import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { openPage, quickExperiment, train, waitUntilFinished } from './playground';

const folder = mkdtempSync(join(tmpdir(), 'nsr-files-'));
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

const evaluation = (step: number) => ({
  step,
  passAtK: [1, 2, 4, 8].map((k) => ({ k, mean: 0.4, low: 0.3, high: 0.5 })),
  greedyAccuracy: 0.4,
  entropyNats: 0.5,
  distinctCorrect: 1,
  problems: 8,
  samples: 8,
});
const runOf = (changes: object) =>
  JSON.stringify({
    format: 'nsr-run',
    version: 1,
    name: 'file',
    experiment: {},
    rows: [],
    evaluations: [],
    ...changes,
  });

/** Opens a file of this text in the share panel and resolves with what the page says of it and its longest pause, ms. */
async function openFile(page: Page, content: string | Uint8Array): Promise<{ said: string; longestPauseMs: number }> {
  const path = join(folder, 'file.json');
  writeFileSync(path, content);
  return openPath(page, path);
}

async function openPath(page: Page, path: string): Promise<{ said: string; longestPauseMs: number }> {
  const status = page.locator('.share-panel > [role=status]');
  const before = (await status.textContent()) ?? '';
  await page.evaluate(() => {
    const pause = { longest: 0, last: performance.now() };
    Object.assign(globalThis, { pause });
    setInterval(() => {
      pause.longest = Math.max(pause.longest, performance.now() - pause.last);
      pause.last = performance.now();
    }, 10);
  });
  await page.getByLabel('Experiment or run file').setInputFiles(path);
  await expect(status).not.toHaveText(before, { timeout: 20_000 });
  const longestPauseMs = await page.evaluate(
    () => (globalThis as unknown as { pause: { longest: number } }).pause.longest,
  );
  return { said: (await status.textContent()) ?? '', longestPauseMs };
}

test('a run from a file is drawn; hostile files are refused in one line and take no frame', async ({ page }) => {
  await openPage(page);
  await page.getByRole('button', { name: 'Share' }).click();

  const rows = Array.from({ length: 12 }, (_, step) => ({
    step,
    tokens: 10 * step,
    seconds: step,
    entropyNats: 0.5,
    gradNorm: 3e38,
  }));
  const { said } = await openFile(page, runOf({ rows, evaluations: [evaluation(0), evaluation(12)] }));
  expect(said).toBe('file.json is drawn among the runs');
  await expect(page.locator('[data-chart=entropy] .recharts-line')).toHaveCount(1);

  const hostile: (readonly [string | Uint8Array, RegExp])[] = [
    ['{"format":"nsr-run","version":NaN}', /not JSON/],
    [runOf({ name: 5 }), /name: 5 is not allowed/],
    [Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0xff]), /not text/],
    [runOf({ rows: [{ step: 1e308 }] }), /rows\.0\.step: 1e\+308/],
    [
      runOf({
        evaluations: [{ ...evaluation(0), passAtK: Array.from({ length: 80_000 }, () => evaluation(0).passAtK[0]) }],
      }),
      /passAtK/,
    ],
    [
      runOf({ evaluations: Array.from({ length: 100_000 }, (_, step) => ({ ...evaluation(step), passAtK: [] })) }),
      /evaluations/,
    ],
  ];
  for (const [content, reason] of hostile) {
    const refused = await openFile(page, content);
    expect(refused.said).toMatch(reason);
    expect(refused.said.length).toBeLessThan(400);
    // The machine of the tests shares its cores; reading these on the page's thread took seconds.
    expect(refused.longestPauseMs, refused.said).toBeLessThan(1000);
  }

  const huge = join(folder, 'huge.json');
  writeFileSync(huge, '');
  truncateSync(huge, 300e6);
  // Playwright hands over paths of this size only from the disk.
  expect((await openPath(page, huge)).said).toMatch(/too large: 300 MB/);

  expect(
    (await page.locator('.recharts-wrapper svg').evaluateAll((all) => all.map((svg) => svg.outerHTML))).join(''),
  ).not.toMatch(/Infinity|NaN/);
});

test('a chart leaves as a figure that stands alone, all runs as one table', async ({ page }) => {
  await openPage(page);
  await quickExperiment(page, 2, 1);
  await train(page);
  await waitUntilFinished(page);
  const saved = async (menu: string, item: string): Promise<string> => {
    await page.getByRole('button', { name: menu, exact: true }).click();
    const coming = page.waitForEvent('download');
    await page.getByRole('button', { name: item, exact: true }).click();
    return readFile(await (await coming).path(), 'utf8');
  };
  const figure = await saved('Export pass', 'SVG');
  expect(figure).toContain('>Pass@k</text>');
  expect(figure).toMatch(/>pass@1,.*pass@64<\/text>/);
  expect(figure).not.toContain('var(');
  await page.getByRole('tab', { name: 'Runs' }).click();
  const [head, ...lines] = (await saved('Export all runs', 'CSV, a line per rollout')).trim().split('\n');
  expect(head).toMatch(/^experiment,run,seed,.*correctRatio.*pass@64/);
  expect(lines).toHaveLength(3);
});
