/** Experiment and model leave for other programs, and metrics come back. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { expect, test } from './fixtures';
import { readModelFolder, type ModelSource } from '../src/model/folder';
import { openPage, quickExperiment, train, waitUntilFinished } from './playground';

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

/** The files as our strict reader takes them. */
function sourceOf(files: Readonly<Record<string, Uint8Array>>): ModelSource {
  const bytes = (path: string) => Promise.resolve(files[path] ?? new Uint8Array());
  return {
    name: 'downloaded',
    exists: (path) => Promise.resolve(path in files),
    readBytes: bytes,
    readText: async (path) => new TextDecoder().decode(await bytes(path)),
  };
}

const base = 'public/models/countdown3-tiny';
const baseFile = (path: string): Uint8Array => new Uint8Array(readFileSync(join(base, path)));

test('the trained model is downloaded as a zip and saved in a folder, as our strict reader takes it', async ({
  page,
}) => {
  // The picker opens a window of the system; the folder that it gives is a real one.
  await page.addInitScript(() => {
    Object.assign(window, {
      showDirectoryPicker: async () =>
        (await navigator.storage.getDirectory()).getDirectoryHandle('picked', { create: true }),
    });
  });
  await openPage(page);
  await quickExperiment(page, 2, 2);
  await train(page);
  await waitUntilFinished(page);
  await page.getByRole('button', { name: 'Share' }).click();
  const said = page.locator('.share-panel > [role=status]');
  const started = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download model' }).click();
  const download = await started;
  expect(download.suggestedFilename()).toMatch(/-step-2-merged-f32\.zip$/);
  const path = join(folder, 'model.zip');
  await download.saveAs(path);
  await expect(said).toContainText('as of rollout 2');

  const files = unzipSync(new Uint8Array(readFileSync(path)));
  const trained = await readModelFolder(sourceOf(files));
  const untrained = await readModelFolder(
    sourceOf({ 'config.json': baseFile('config.json'), 'model.safetensors': baseFile('model.safetensors') }),
  );
  expect([...trained.tensors.keys()]).toEqual([...untrained.tensors.keys()]);
  const moved = [...trained.tensors].map(([name, { data }]) => {
    const before = untrained.tensors.get(name)?.data ?? new Float32Array();
    return data.reduce((most, value, index) => Math.max(most, Math.abs(value - (before[index] ?? 0))), 0);
  });
  expect(Math.max(...moved)).toBeGreaterThan(0);
  // Two rollouts of training stay near the base: nothing was transposed or mixed up on the way.
  expect(Math.max(...moved)).toBeLessThan(0.1);
  const card = new TextDecoder().decode(files['README.md']);
  expect(card).toContain('license: mit');
  expect(card).toContain('2 of 2 rollout steps');
  expect(card).toContain('#v1.');
  expect(card).toMatch(/\| 2 \| 0\.\d{4} \(/);

  await page.getByLabel('Type of the weights').selectOption('bf16');
  await page.getByRole('button', { name: 'Save in a folder' }).click();
  await expect(said).toContainText('files saved in picked');
  const sizes = await page.evaluate(async () => {
    const picked = await (await navigator.storage.getDirectory()).getDirectoryHandle('picked');
    const size = async (name: string) => (await (await picked.getFileHandle(name)).getFile()).size;
    return { config: await size('config.json'), weights: await size('model.safetensors') };
  });
  expect(sizes.config).toBeGreaterThan(100);
  expect(sizes.weights / (files['model.safetensors']?.length ?? 1)).toBeCloseTo(0.5, 1);
});
