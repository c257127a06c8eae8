/** Exact evaluation and the cooled base, as a browser shows them. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expectNoViolations } from './axe';
import { expect, test } from './fixtures';
import { choosePreset, openPage, setField, storedRuns, train, unfold, waitUntilFinished } from './playground';

const run = promisify(execFile);

test('an exact evaluation says so, reaches k = 4,096, equals the command’s, and stands beside the cooled base', async ({
  page,
}) => {
  await openPage(page);
  await choosePreset(page, /PSR, quick look/);
  await expect(page.getByLabel('Method', { exact: true })).toHaveValue('exact');
  await unfold(page, 'Evaluation');
  await setField(page, 'Evaluate every', 10);
  await setField(page, 'Steps', 20);
  await train(page);
  await waitUntilFinished(page);

  await expect(page.locator('[data-chart="pass"]').getByText('exact', { exact: true })).toBeVisible();
  const fan = page.locator('[data-chart="fan"]').getByRole('figure');
  await expect(fan).toHaveAccessibleName(/^Pass@k by k, exact\. .*pass@4096 .*starting model at T = /);

  const [stored] = await storedRuns(page);
  const { stdout } = await run('node', [
    ...['scripts/nsr.mjs', 'eval', '--model', 'countdown3-tiny-weak', '--task', 'countdown'],
    ...['--params', 'numbers=3', '--exact', '--seed', '1', '--adapter', 'swiftshader'],
  ]);
  const said = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { passAtK: { k: number; mean: number }[] };
  const [start] = stored?.evaluations ?? [];
  expect(start?.passAtK.map(({ k }) => k)).toEqual(said.passAtK.map(({ k }) => k));
  // Another adapter: float32 logits differ by some 1e-6.
  start?.passAtK.forEach(({ mean }, index) =>
    expect(Math.abs(mean - (said.passAtK[index]?.mean ?? NaN))).toBeLessThan(1e-4),
  );

  const trade = page.locator('[data-chart="trade"]');
  await expect(trade.getByRole('img')).toHaveAccessibleName(/base cooled: T = 2 .*T = 0\.2 .*base top-p: top-p/);
  await expect(trade.locator('[data-beyond]')).toHaveText(
    /^Cooling alone \(T = .*\) gives the same pass@1 .* at pass@64 .*; this run .*: [+−][\d.]+ points|^No temperature gives the base/,
  );
  const reader = trade.getByRole('slider', { name: 'Point of the cooled base' });
  await reader.focus();
  await expect(reader).toHaveAttribute('aria-valuetext', /T = 1: pass@1 .*, pass@64 /);
  await page.keyboard.press('ArrowRight');
  await expect(reader).not.toHaveAttribute('aria-valuetext', /T = 1: /);
  await expect(trade.locator('.reference-words')).toHaveText(/^base .*: pass@1 [\d.]+ %, pass@64 [\d.]+ %$/);

  await trade.getByRole('button', { name: 'Cool this run' }).click();
  await expect(trade.getByRole('img')).toHaveAccessibleName(/this run \(rollout 20\) cooled: T = 2 /);

  await page.getByRole('button', { name: 'pass@4096' }).click();
  // what is out of sight is not drawn anew
  await trade.scrollIntoViewIfNeeded();
  await expect(trade.getByRole('img')).toHaveAccessibleName(/pass@4096/);
  await expectNoViolations(page, 'an exact run with the cooled base');
});
