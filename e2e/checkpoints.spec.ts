import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import {
  openPage,
  numbersOf,
  pause,
  quickExperiment,
  setField,
  status,
  storedRuns,
  train,
  waitForStep,
  waitUntilFinished,
} from './playground';

/** Rollouts of 16 answers. */
async function smallestExperiment(page: Page, steps: number): Promise<void> {
  await quickExperiment(page, steps, 0);
  await setField(page, 'Group size', 4);
}

const transport = (page: Page) => page.getByRole('group', { name: 'Training' });

/** Trains to exactly `step` and pauses there. */
async function trainTo(page: Page, step: number, steps: number): Promise<void> {
  const done = Number(/Paused at (\d+)/.exec((await status(page).textContent()) ?? '')?.[1] ?? 0);
  if (step - done > 20) {
    await train(page);
    // On a quiet machine a dozen rollouts pass between a look and a click.
    await waitForStep(page, Math.max(done, step - 35));
    await pause(page);
    return trainTo(page, step, steps);
  }
  for (let next = done + 1; next <= step; next++) {
    await transport(page).getByRole('button', { name: 'Step', exact: true }).click();
    await expect(status(page)).toHaveText(`Paused at ${next}/${steps}`, { timeout: 60_000 });
  }
}

async function trainThrough(page: Page): Promise<void> {
  await train(page);
  await expect(status(page)).toHaveText(/Finished|Stopped/, { timeout: 120_000 });
  await waitUntilFinished(page);
}

/** What lies in the folders of the runs, by run. */
function storedFiles(page: Page): Promise<Record<string, string[]>> {
  return page.evaluate(async () => {
    const found: Record<string, string[]> = {};
    const root = await navigator.storage.getDirectory();
    const runs = await root.getDirectoryHandle('runs', { create: true });
    for await (const [id, folder] of runs.entries()) {
      found[id] = [];
      for await (const name of (folder as FileSystemDirectoryHandle).keys()) found[id].push(name);
    }
    return found;
  });
}

/** Ids of the runs that have a folder, without the copies from half way that forks begin from. */
const storedIds = async (page: Page): Promise<string[]> =>
  Object.keys(await storedFiles(page))
    .filter((id) => !id.endsWith('@half'))
    .sort();

async function expectSameCurves(page: Page): Promise<void> {
  const [straight, resumed] = await storedRuns(page);
  expect(resumed?.rows.map((row) => row.step)).toEqual(straight?.rows.map((row) => row.step));
  expect(numbersOf(resumed)).toEqual(numbersOf(straight));
}

test('a run reloaded after steps 1, 7 and 50 gives the numbers of an uninterrupted one', async ({ page }) => {
  await openPage(page);
  await smallestExperiment(page, 53);
  await trainThrough(page);
  await page.getByRole('button', { name: 'Reset', exact: true }).click();
  for (const step of [1, 7, 50]) {
    await trainTo(page, step, 53);
    await page.reload();
    await expect(status(page)).toHaveText(`Paused at ${step}/53`);
  }
  await trainThrough(page);
  await expectSameCurves(page);
  // The last two generations and the best one, nothing else.
  for (const files of Object.values(await storedFiles(page))) {
    expect(files.filter((name) => name.endsWith('.manifest')).length).toBeLessThanOrEqual(3);
    expect(files.filter((name) => !/^g\d{6}\.(policy\.safetensors|record|manifest)$/.test(name))).toEqual([]);
  }
});

test('so does PPO with its critic, reloaded after step 1 and in the middle of a step', async ({ page }) => {
  await openPage(page);
  await smallestExperiment(page, 40);
  await page.getByLabel('Algorithm', { exact: true }).selectOption('PPO');
  await trainThrough(page);
  await page.getByRole('button', { name: 'Reset', exact: true }).click();
  await trainTo(page, 1, 40);
  await page.reload();
  await expect(status(page)).toHaveText('Paused at 1/40');
  await train(page);
  await waitForStep(page, 11);
  await page.reload();
  await expect(status(page)).toHaveText(/Paused at [123]\d\/40/);
  await trainThrough(page);
  await expectSameCurves(page);
  const [, resumed] = await storedRuns(page);
  expect(resumed?.rows.every((row) => (row['criticGradNorm'] ?? 0) > 0)).toBe(true);
  const files = Object.values(await storedFiles(page)).flat();
  expect(files.filter((name) => name.endsWith('.critic.safetensors')).length).toBeGreaterThan(1);
});

test('one killed before its first copy starts again and gives the same numbers', async ({ page }) => {
  await openPage(page);
  // The first copy is made half way, after step 9; steps are long enough that a reload after the second comes before it.
  await smallestExperiment(page, 19);
  await setField(page, 'Prompts per step', 24);
  await trainThrough(page);
  await page.getByRole('button', { name: 'Reset', exact: true }).click();
  await train(page);
  await waitForStep(page, 1);
  await page.reload();
  await expect(status(page)).toHaveText(/Paused at \d\/19/);
  await train(page);
  await expect(page.getByText('No copy of this run is stored: it starts again from step 0.')).toBeVisible();
  await waitUntilFinished(page);
  await expectSameCurves(page);
});

test('a run that an earlier build stored goes on, and its old record goes', async ({ page }) => {
  await openPage(page);
  await smallestExperiment(page, 9);
  await trainThrough(page);
  await page.getByRole('button', { name: 'Reset', exact: true }).click();
  await trainTo(page, 4, 9);
  await storedRuns(page);
  const [, id = ''] = await storedIds(page);
  await page.evaluate(moveToOldRecord, id);
  await page.reload();
  await expect(status(page)).toHaveText('Paused at 4/9');
  await trainThrough(page);
  await expectSameCurves(page);
  expect(await page.evaluate(oldRecords)).toEqual([]);
  expect((await storedFiles(page))[id]?.length).toBeGreaterThan(0);
});

test('at quota the run goes on, says so once, and keeps the copy before', async ({ page, baseURL }) => {
  await openPage(page);
  await smallestExperiment(page, 24);
  await trainThrough(page);
  await page.getByRole('button', { name: 'Reset', exact: true }).click();
  await trainTo(page, 3, 24);
  await storedRuns(page);
  const before = await storedFiles(page);
  const browser = await page.context().newCDPSession(page);
  const origin = new URL(baseURL ?? '').origin;
  await browser.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1000 });
  await trainThrough(page);
  await expect(
    page.getByText(
      "This run cannot be stored: the browser's storage is full. Training goes on, but a reload goes back to step 3.",
    ),
  ).toBeVisible();
  expect(await storedFiles(page)).toEqual(before);
  await browser.send('Storage.overrideQuotaForOrigin', { origin });
  await expectSameCurves(page);
});

test('a deleted run takes its folder along', async ({ page }) => {
  await openPage(page);
  await smallestExperiment(page, 3);
  await trainThrough(page);
  await storedRuns(page);
  // Its own folder, and the copy from half way.
  const folders = Object.keys(await storedFiles(page));
  expect(folders).toHaveLength(2);
  await page.getByRole('tab', { name: 'Runs' }).click();
  await page
    .getByRole('region', { name: 'Runs' })
    .getByRole('button', { name: /Delete/ })
    .click();
  // The deletion is written, but undo is still possible; a reload makes it final.
  expect(await storedRuns(page)).toEqual([]);
  await page.waitForTimeout(300);
  expect(Object.keys(await storedFiles(page))).toEqual(folders);
  await page.reload();
  // A folder may go while the list is being read.
  await expect.poll(() => storedFiles(page).catch(() => null)).toEqual({});
  expect(await storedRuns(page)).toEqual([]);
});

/** In the page: writes the newest generation of a run as the record that earlier builds kept, and removes its folder. */
async function moveToOldRecord(id: string): Promise<void> {
  const root = await navigator.storage.getDirectory();
  const runs = await root.getDirectoryHandle('runs');
  const folder = await runs.getDirectoryHandle(id);
  const names: string[] = [];
  for await (const name of folder.keys()) names.push(name);
  const newest =
    names
      .filter((name) => name.endsWith('.manifest'))
      .sort()
      .at(-1)
      ?.slice(0, 7) ?? '';
  const read = async (part: string): Promise<ArrayBuffer> =>
    (await (await folder.getFileHandle(`${newest}.${part}`)).getFile()).arrayBuffer();
  const text = async (part: string): Promise<string> => new TextDecoder().decode(await read(part));

  const manifest = JSON.parse((await text('manifest')).split('\n').slice(1).join('\n')) as {
    state: unknown;
    experiment: unknown;
    policy: { optimizerStep: number };
  };
  const file = await read('policy.safetensors');
  const headerLength = Number(new DataView(file).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(file.slice(8, 8 + headerLength))) as Record<
    string,
    { shape: number[]; data_offsets?: number[] }
  >;
  const tensors = (prefix: string) =>
    Object.entries(header).flatMap(([name, { shape, data_offsets: [begin = 0, end = 0] = [] }]) => {
      const owner = /^(first\/|second\/)?/.exec(name)?.[0] ?? '';
      if (name === '__metadata__' || owner !== prefix) return [];
      const data = new Float32Array(file.slice(8 + headerLength + begin, 8 + headerLength + end));
      return [{ name: name.slice(prefix.length), shape, data }];
    });
  const { rows, evaluations, seconds } = JSON.parse(await text('record')) as {
    rows: Record<string, number | null>[];
    evaluations: unknown;
    seconds: unknown;
  };
  const record = {
    version: 1,
    experiment: manifest.experiment,
    snapshot: {
      state: manifest.state,
      policy: {
        optimizerStep: manifest.policy.optimizerStep,
        parameters: tensors(''),
        firstMoments: tensors('first/'),
        secondMoments: tensors('second/'),
      },
      critic: null,
    },
    seconds,
    // IndexedDB keeps the NaN of what was not measured; JSON has null.
    rows: rows.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, value ?? NaN]))),
    evaluations,
  };
  await new Promise<void>((resolve, reject) => {
    const open = indexedDB.open('nsr-playground');
    open.onerror = () => reject(new Error('no IndexedDB'));
    open.onsuccess = () => {
      const transaction = open.result.transaction('checkpoints', 'readwrite');
      transaction.objectStore('checkpoints').put(record, id);
      transaction.oncomplete = () => {
        open.result.close();
        resolve();
      };
    };
  });
  await runs.removeEntry(id, { recursive: true });
}

/** In the page: ids of the runs that have a record of an earlier build. */
function oldRecords(): Promise<unknown[]> {
  return new Promise((resolve) => {
    const open = indexedDB.open('nsr-playground');
    open.onsuccess = () => {
      const all = open.result.transaction('checkpoints').objectStore('checkpoints').getAllKeys();
      all.onsuccess = () => resolve(all.result);
    };
  });
}
