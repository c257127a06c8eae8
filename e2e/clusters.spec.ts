/** An experiment leaves for a cluster, and its metrics come back. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { expect, test } from './fixtures';
import { openPage } from './playground';

const folder = mkdtempSync(join(tmpdir(), 'nsr-clusters-'));
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the panel’s experiment is downloaded as a package for TRL, with the shipped base in it', async ({ page }) => {
  await openPage(page);
  await page.getByRole('button', { name: 'Share' }).click();
  await page.getByLabel('Framework').selectOption('trl');
  const started = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download package' }).click();
  const path = join(folder, 'package.zip');
  await (await started).saveAs(path);
  const files = unzipSync(new Uint8Array(readFileSync(path)));
  expect(Object.keys(files)).toEqual(
    expect.arrayContaining([
      'README.md',
      'settings.py',
      'nsr_trl.py',
      'nsr/grader/tables.py',
      'model/model.safetensors',
    ]),
  );
  expect(new TextDecoder().decode(files['README.md'])).toContain('#v1.');
  await expect(page.locator('.share-panel > [role=status]')).toContainText('saved: its README has the commands');
});

test('metrics of verl are drawn beside our runs and cannot be trained on', async ({ page }) => {
  await openPage(page);
  await page.getByRole('button', { name: 'Share' }).click();
  const rows = Array.from({ length: 20 }, (_, step) => ({
    step: step + 1,
    data: { 'nsr/accuracy': 0.2 + step / 50, 'actor/entropy': 1.5 - step / 40, 'actor/grad_norm': 1 },
  }));
  const path = join(folder, 'on-verl.jsonl');
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await page.getByLabel('Experiment or run file').setInputFiles(path);
  await expect(page.locator('.share-panel > [role=status]')).toHaveText(
    'on-verl.jsonl is drawn among the runs: 20 steps of verl',
  );
  await page.keyboard.press('Escape');
  await expect(page.getByRole('figure', { name: /Right answers\. on-verl \(verl\) right 58 %/ })).toBeVisible();
  await page.getByRole('tab', { name: 'Runs' }).click();
  const row = page.getByRole('region', { name: 'Runs' }).getByRole('row', { name: /on-verl \(verl\)/ });
  await expect(row).toContainText('metrics of verl');
  await expect(row.getByRole('button', { name: /Fork|Go on/ })).toHaveCount(0);
});
