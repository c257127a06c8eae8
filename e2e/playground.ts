import type { Locator, Page } from '@playwright/test';
import { expect } from './fixtures';

/** What the page stored of a run; enough to compare two of them. */
export interface StoredRun {
  readonly id: string;
  readonly name: string;
  readonly seriesId: string;
  readonly visible: boolean;
  readonly status: { readonly phase: string; readonly step: number };
  readonly experiment: { readonly seed: number; readonly edits: readonly unknown[]; readonly objective: unknown };
  readonly edits: readonly { readonly step: number; readonly path: string; readonly value: unknown }[];
  readonly rows: readonly (Readonly<Record<string, number>> & { readonly step: number })[];
  readonly evaluations: readonly {
    readonly step: number;
    readonly correct: readonly number[];
    /** Of an exact evaluation. */
    readonly rightProbability?: readonly number[];
    readonly problemIds: readonly string[];
    readonly passAtK: readonly { readonly k: number; readonly mean: number }[];
  }[];
}

/** Runs in the order they were made, as they lie in IndexedDB. What changed last is written a little later, or when the page is
 * left: it is told that it is being left, and a request that comes after its own waits for it. */
export function storedRuns(page: Page): Promise<StoredRun[]> {
  return page.evaluate(
    () =>
      new Promise<StoredRun[]>((resolve, reject) => {
        dispatchEvent(new PageTransitionEvent('pagehide'));
        const open = indexedDB.open('nsr-playground');
        open.onerror = () => reject(new Error('no IndexedDB'));
        open.onsuccess = () => {
          const all = open.result.transaction('runs').objectStore('runs').getAll();
          all.onsuccess = () => {
            const records = all.result as { savedAt: number; run?: StoredRun }[];
            open.result.close();
            resolve(records.sort((a, b) => a.savedAt - b.savedAt).flatMap(({ run }) => (run ? [run] : [])));
          };
        };
      }),
  );
}

/** Numbers of a run without the time they took. */
export const numbersOf = (run: StoredRun | undefined): unknown =>
  run && {
    rows: run.rows.map((row) => Object.fromEntries(Object.entries(row).filter(([key]) => key !== 'seconds'))),
    right: run.evaluations.map(({ step, correct, rightProbability }) => ({ step, right: rightProbability ?? correct })),
  };

/** Opens the page of someone who has seen the tour. */
export async function openPage(page: Page, path = './'): Promise<void> {
  await page.addInitScript(() => {
    if (!localStorage.getItem('nsr-session'))
      localStorage.setItem('nsr-session', JSON.stringify({ state: { tourSeen: true }, version: 1 }));
  });
  await page.goto(path);
}

export const status = (page: Page): Locator => page.getByTestId('status');

export async function choosePreset(page: Page, name: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: 'Presets' }).click();
  await page.locator('.preset-list').getByRole('button', { name }).first().click();
}

export async function setField(page: Page, label: string, value: number): Promise<void> {
  const field = page.getByLabel(label, { exact: true });
  await field.fill(String(value));
  await field.press('Enter');
}

/** Sections fold what is rarely changed. */
export async function unfold(page: Page, section: string): Promise<void> {
  await page.getByRole('region', { name: section, exact: true }).getByRole('button', { name: /more$/ }).click();
}

/** The quick preset made smaller still: `steps` rollouts of 32 answers, evaluated every `every` on 16 problems. */
export async function quickExperiment(page: Page, steps: number, every: number): Promise<void> {
  await choosePreset(page, /NSR, quick look/);
  await unfold(page, 'Evaluation');
  await setField(page, 'Prompts per step', 4);
  await setField(page, 'Held-out problems', 16);
  await setField(page, 'Evaluate every', every);
  await setField(page, 'Steps', steps);
}

export const train = (page: Page): Promise<void> => page.getByRole('button', { name: /^(Train|Resume)$/ }).click();

/** The rollout that the run is at, counted from 1; 0 while it is at none. */
export const stepOf = async (page: Page): Promise<number> =>
  Number(/Rollout (\d+)\//.exec((await status(page).textContent()) ?? '')?.[1] ?? 0);

export async function pause(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(status(page)).toHaveText(/Paused at/);
}

/** Waits until the run has ended at least so many rollouts. */
export async function waitForStep(page: Page, step: number): Promise<void> {
  await expect
    .poll(() => stepOf(page), {
      timeout: 120_000,
      intervals: [100],
    })
    .toBeGreaterThan(step);
}

export const waitUntilFinished = (page: Page): Promise<void> =>
  expect(status(page)).toContainText('Finished', { timeout: 240_000 });

export const curveOf = (page: Page, path: string): Locator => page.locator(`[data-curve="${path}"]`);
