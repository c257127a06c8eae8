import { writeFileSync } from 'node:fs';
import { installGpuMeter } from '../../scripts/soak/gpuMeter.ts';
import type { PageSoak, TimedLook } from '../../scripts/soak/pageSoak.ts';
import { expect, test } from '../fixtures';
import { beforeWorker } from '../faults';
import { curveOf, openPage, pause, quickExperiment, status, storedRuns, train, waitForStep } from '../playground';
import { waitUntilFinished } from '../playground';
import { openMeters } from './meters';

/** The page's part of `npm run test:soak` (scripts/soak/soak.ts), which says how long and judges what is written here. */
const steps = Number(process.env['SOAK_STEPS'] ?? 150);
const starts = Number(process.env['SOAK_STARTS'] ?? 10);
const output = process.env['SOAK_OUTPUT'] ?? 'test-results';
/** Steps between two looks: five copies, an edit and a walk through the inspectors lie between them. */
const lookEvery = 50;

const write = (name: string, value: PageSoak): void => writeFileSync(`${output}/${name}.json`, JSON.stringify(value));

test.beforeEach(async ({ page }) => {
  await beforeWorker(page, `(${installGpuMeter.toString()})()`);
  await page.setViewportSize({ width: 1280, height: 800 });
});

test('run', async ({ page }) => {
  await openPage(page);
  await quickExperiment(page, steps, lookEvery);
  const meters = await openMeters(page);
  const knot = curveOf(page, 'objective.negativeWeight').locator('.knot input').first();
  const looks: TimedLook[] = [];
  let step = 0;
  let since = performance.now();
  let processor = await meters.processorMs();
  await train(page);
  for (let round = 0; step + lookEvery < steps; round++) {
    // Somebody who plays with it: an inspector, a knot up and down again.
    const tab = ['Token', 'Runs', 'Why?', 'Rollouts'][round % 4] ?? '';
    await waitForStep(page, step + lookEvery / 2);
    await page.getByRole('tab', { name: tab }).click();
    await knot.focus();
    await page.keyboard.press(round % 2 === 0 ? 'ArrowUp' : 'ArrowDown');
    await waitForStep(page, step + lookEvery - 1);
    await pause(page);
    const at = Number(/Paused at (\d+)/.exec((await status(page).textContent()) ?? '')?.[1]);
    const ms = (performance.now() - since) / (at - step);
    const processorMs = ((await meters.processorMs()) - processor) / (at - step);
    looks.push({ at, ms, processorMs, ...(await meters.look()) });
    step = at;
    if (round % 5 === 0) console.log(`${step} of ${steps} steps`);
    since = performance.now();
    processor = await meters.processorMs();
    await train(page);
  }
  await waitUntilFinished(page);
  const [run] = await storedRuns(page);
  expect(run?.rows).toHaveLength(steps);
  const recorded = JSON.stringify([run?.rows, run?.evaluations, run?.edits]).length;
  const seconds = run?.rows.map((row) => ({ at: row.step, value: Number(row['seconds']) })) ?? [];
  write('page-run', { looks, seconds, recordedBytes: recorded / steps });
});

test('starts', async ({ page }) => {
  await openPage(page);
  await quickExperiment(page, 600, 0);
  const meters = await openMeters(page);
  const looks: TimedLook[] = [];
  await page.getByRole('tab', { name: 'Runs' }).click();
  for (let start = 1; start <= starts; start++) {
    const since = performance.now();
    const processor = await meters.processorMs();
    await train(page);
    await waitForStep(page, 2);
    await pause(page);
    await train(page);
    await waitForStep(page, 5);
    await pause(page);
    await page.getByRole('button', { name: /^(Reset|Restart)$/ }).click();
    await page
      .getByRole('button', { name: /^Delete/ })
      .first()
      .click();
    await expect(status(page)).toHaveText('Idle');
    const ms = performance.now() - since;
    const processorMs = (await meters.processorMs()) - processor;
    // A deletion is carried out when it can no longer be undone, or when the page is left.
    await storedRuns(page);
    looks.push({ at: start, ms, processorMs, ...(await meters.look()) });
    if (start % 10 === 0) console.log(`${start} of ${starts} starts`);
  }
  write('page-starts', { looks, seconds: [], recordedBytes: 0 });
});
