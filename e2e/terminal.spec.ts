import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from './fixtures';
import { openPage, quickExperiment, storedRuns, train, waitUntilFinished } from './playground';

/** Fields that are times, or that only the page or only the file has. */
const incomparable = new Set(['seconds', 'type']);

test('the link of a run gives the same bits in the terminal, on the SwiftShader that Chromium ships', async ({
  page,
}) => {
  await openPage(page);
  await quickExperiment(page, 6, 3);
  await train(page);
  await waitUntilFinished(page);
  await page.getByRole('button', { name: 'Share' }).click();
  const link = await page.getByLabel(/Link to this experiment/).inputValue();
  const [run] = await storedRuns(page);

  const out = mkdtempSync(join(tmpdir(), 'nsr-terminal-'));
  const command = [
    'dist/cli/main.js',
    'train',
    '--adapter',
    'swiftshader',
    '--experiment',
    link,
    '--out',
    out,
    '--force',
  ];
  const { status, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8', timeout: 240_000 });
  expect(status, stderr).toBe(0);
  const lines = readFileSync(join(out, 'metrics.jsonl'), 'utf8').trim().split('\n');
  rmSync(out, { recursive: true });
  const written = lines.map((line) => JSON.parse(line) as Record<string, unknown> & { type: string; step: number });
  const steps = written.filter(({ type }) => type === 'step');
  expect(steps).toHaveLength(6);
  expect(run?.rows).toHaveLength(6);
  let compared = 0;
  for (const row of run?.rows ?? []) {
    const terminal = steps.find(({ step }) => step === row.step);
    for (const [key, value] of Object.entries(row)) {
      if (incomparable.has(key) || typeof terminal?.[key] !== 'number') continue;
      expect(terminal[key], `${key} of step ${row.step}`).toBe(value);
      compared++;
    }
  }
  // entropy, gradient norm, losses, ratios: two dozen numbers a step
  expect(compared).toBeGreaterThan(6 * 15);
  const evaluations = written.filter(({ type }) => type === 'evaluation');
  expect(run?.evaluations.map(({ rightProbability }) => rightProbability?.length)).toEqual(evaluations.map(() => 16));
  expect(run?.evaluations.map(({ rightProbability }) => rightProbability)).toEqual(
    evaluations.map(({ rightProbability }) => rightProbability),
  );
});
