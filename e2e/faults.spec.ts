import type { Browser, Page, WorkerInfo } from '@playwright/test';
import { expectNoViolationsInAnyLook } from './axe';
import { beforeWorker, crashGpu, explodingExperiment, hangWorker, memoryThatFillsUp } from './faults';
import { setMemoryFull, slowModel, throwInWorker } from './faults';
import { expect, test as base } from './fixtures';
import { numbersOf, openPage, quickExperiment, setField, status, storedRuns } from './playground';
import { train, waitForStep, waitUntilFinished } from './playground';

/** Enough that a run which recovered is not at its end before the next fault comes. */
const steps = 50;

/** Numbers of the run that the faults interrupt, trained once without any. */
const test = base.extend<object, { uninterrupted: unknown }>({
  uninterrupted: [
    async ({ browser }: { browser: Browser }, use: (numbers: unknown) => Promise<void>, { project }: WorkerInfo) => {
      const page = await browser.newPage({ baseURL: project.use.baseURL ?? '' });
      await openPage(page);
      await quickExperiment(page, steps, 15);
      await train(page);
      await waitUntilFinished(page);
      const [run] = await storedRuns(page);
      await page.close();
      expect(run?.rows).toHaveLength(steps);
      await use(numbersOf(run));
    },
    { scope: 'worker' },
  ],
});
test.use({ allowedErrors: [/thrown by a test/] });

const alert = (page: Page) => page.getByRole('alert');
const notice = (page: Page) => page.locator('.notices');

async function lastNumbers(page: Page): Promise<unknown> {
  return numbersOf((await storedRuns(page)).at(-1));
}

test('a lost device is replaced once and the curve stays the same; lost again, the page waits for a reload', async ({
  page,
  browser,
  uninterrupted,
}) => {
  await openPage(page);
  await quickExperiment(page, steps, 15);
  await train(page);
  await waitForStep(page, 12);
  await crashGpu(browser);
  await expect(notice(page)).toContainText(/The graphics device was lost\. The run goes on from step [1-4]\d\./);
  await waitForStep(page, 12);
  await crashGpu(browser);
  await expect(alert(page)).toContainText('The graphics device was lost twice');
  await expect(status(page)).toContainText('Stopped');
  await expectNoViolationsInAnyLook(page, 'device lost');
  await expect(status(page)).toContainText('Stopped');
  await page.getByRole('button', { name: 'Reload and resume' }).click();
  // Chrome blocks WebGPU after two crashes until the person reloads, which Playwright's reload stands for.
  await expect(alert(page)).toContainText('Reload with the browser’s own button');
  await page.reload();
  await waitUntilFinished(page);
  expect(await lastNumbers(page)).toEqual(uninterrupted);
});

/** In a browser of its own: one whose GPU process has crashed before blocks the page's address after the next crashes. */
test('a device lost while the model loads is replaced, too; lost again meanwhile, the page says so', async ({
  playwright,
  launchOptions,
  baseURL,
}) => {
  const browser = await playwright.chromium.launch(launchOptions);
  const page = await browser.newPage({ baseURL: baseURL ?? '' });
  await slowModel(page, 400);
  await openPage(page);
  await quickExperiment(page, 12, 0);
  await train(page);
  await crashGpu(browser);
  await waitUntilFinished(page);
  await page.getByRole('button', { name: 'Reset', exact: true }).click();
  await train(page);
  await waitForStep(page, 1);
  await crashGpu(browser);
  await expect(alert(page)).toContainText('The graphics device was lost twice');
  await browser.close();
});

test('a worker that hangs is replaced and the curve stays the same; one that then throws is given up', async ({
  page,
  uninterrupted,
}) => {
  await page.clock.install();
  await openPage(page);
  await quickExperiment(page, steps, 15);
  await train(page);
  await waitForStep(page, 12);
  await hangWorker(page);
  await page.clock.runFor(24_000);
  await expect(notice(page)).toContainText(
    /did not answer for 20 s and was restarted\. The run goes on from step [1-4]\d\./,
  );
  await waitForStep(page, 12);
  await throwInWorker(page);
  await expect(alert(page)).toContainText('Training is not possible now');
  await expect(alert(page)).toContainText('twice within two minutes');
  await expect(page.getByRole('button', { name: 'Train' })).toBeDisabled();
  await expectNoViolationsInAnyLook(page, 'worker lost');
  await page.getByRole('button', { name: 'Reload and resume' }).click();
  await waitUntilFinished(page);
  expect(await lastNumbers(page)).toEqual(uninterrupted);
});

test('numbers that stop being finite: skipped, rewound at half the rate, and in the end a stop that offers a way back', async ({
  page,
}) => {
  await openPage(page);
  await explodingExperiment(page);
  await train(page);
  await expect(alert(page)).toContainText('Numbers stopped being finite 6 times: lower the learning rate.', {
    timeout: 60_000,
  });
  await expect(alert(page)).toContainText('The last step with finite numbers was 10 of 25.');
  await expect(notice(page)).toContainText('back to step 10 with the learning rate times 0.03125.');
  await expectNoViolationsInAnyLook(page, 'not finite');
  // Rewound twice: the rows that stand were made at a quarter of the rate, all of them finite.
  const run = (await storedRuns(page)).at(-1);
  expect(run?.rows.map((row) => row['learningRate'])).toEqual(Array(10).fill(0.25));
  expect(run?.rows.every((row) => row['skippedUpdates'] === 0)).toBe(true);
  // No step could be made from the copy of step 10, so it is not offered.
  await page.getByRole('button', { name: 'Go back to the start' }).click();
  await expect(status(page)).toHaveText('Paused at 0/25');
  await setField(page, 'Learning rate', 0.0001);
  await setField(page, 'Weight decay', 0);
  await train(page);
  await waitUntilFinished(page);
  const again = (await storedRuns(page)).at(-1);
  expect(again?.rows).toHaveLength(25);
  expect(again?.edits.map(({ step, path }) => [step, path])).toEqual([
    [0, 'optimizer.learningRate'],
    [0, 'optimizer.weightDecay'],
  ]);
});

test('full graphics memory names smaller settings, and the run goes on with one', async ({ page }) => {
  await beforeWorker(page, memoryThatFillsUp);
  await openPage(page);
  await quickExperiment(page, 200, 0);
  await train(page);
  await waitForStep(page, 11);
  await setMemoryFull(page, true);
  await setField(page, 'Prompts per step', 64);
  await expect(alert(page)).toContainText(
    'The graphics memory is full. Try Prompts per step 64 → 32, or Group size 8 → 4.',
  );
  await expectNoViolationsInAnyLook(page, 'out of memory');
  await setMemoryFull(page, false);
  // The newest copy: how far the run came before the larger batch was asked for depends on the machine.
  const back = page.getByRole('button', { name: /Go back to step \d+/ });
  const step = Number(/\d+/.exec((await back.textContent()) ?? '')?.[0]);
  expect(step).toBeGreaterThanOrEqual(10);
  await back.click();
  await expect(status(page)).toHaveText(`Paused at ${step}/200`);
  await setField(page, 'Prompts per step', 8);
  await train(page);
  await waitForStep(page, step + 1);
});
