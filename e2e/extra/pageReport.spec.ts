import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { execFileSync } from 'node:child_process';
import type { Page } from '@playwright/test';
import { test } from '../fixtures';
import { choosePreset, curveOf, openPage, train, waitForStep, waitUntilFinished } from '../playground';

/** `npm run report:page`: trains a small model and reports what the page's main thread did meanwhile: long tasks, how late
 * it answered gestures, where its time went and how often charts were redrawn. Reported, never asserted: another program
 * may have had the core. */

interface Observed {
  readonly longTasksMs: readonly number[];
  readonly interactionsMs: readonly number[];
  readonly redraws: Readonly<Record<string, number>>;
  readonly seconds: number;
}

/** Runs in the page before anything else does. */
function observe(): void {
  const store = {
    longTasksMs: [] as number[],
    interactions: new Map<number, number>(),
    redraws: new Map<string, number>(),
    from: 0,
  };
  Object.assign(globalThis, { pageReport: store });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (entry.startTime >= store.from) store.longTasksMs.push(entry.duration);
  }).observe({ type: 'longtask', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { interactionId?: number })[]) {
      if (!entry.interactionId || entry.startTime < store.from) continue;
      store.interactions.set(
        entry.interactionId,
        Math.max(store.interactions.get(entry.interactionId) ?? 0, entry.duration),
      );
    }
  }).observe({ type: 'event', buffered: true, durationThreshold: 16 } as PerformanceObserverInit);
  // A redraw changes the drawing of one chart, in one go.
  addEventListener('DOMContentLoaded', () =>
    new MutationObserver((records) => {
      const charts = records.map(({ target }) =>
        (target as Element).closest?.('.chart-surface')?.closest('[data-chart]'),
      );
      for (const chart of new Set(charts)) {
        const name = chart?.getAttribute('data-chart');
        if (name) store.redraws.set(name, (store.redraws.get(name) ?? 0) + 1);
      }
    }).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ['d', 'points'] }),
  );
}

async function observed(page: Page): Promise<Observed> {
  return page.evaluate(() => {
    const { pageReport } = globalThis as unknown as {
      pageReport: {
        longTasksMs: number[];
        interactions: Map<number, number>;
        redraws: Map<string, number>;
        from: number;
      };
    };
    return {
      longTasksMs: pageReport.longTasksMs,
      interactionsMs: [...pageReport.interactions.values()],
      redraws: Object.fromEntries(pageReport.redraws),
      seconds: (performance.now() - pageReport.from) / 1000,
    };
  });
}

function summary(values: readonly number[]): Record<string, number> {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
  return { count: sorted.length, median: at(0.5), p75: at(0.75), p95: at(0.95), largest: at(1) };
}

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly url: string; readonly functionName: string };
  }[];
  readonly samples?: readonly number[] | undefined;
  readonly timeDeltas?: readonly number[] | undefined;
}

/** Natives of the browser and scripts of the measurement have no address; the browser's own states are in brackets. */
function ownerOf(url: string, functionName: string): string {
  if (/ChartSurface/.test(url)) return 'chart library';
  if (/^https?:/.test(url)) return 'page and React';
  return /^\((idle|program|garbage collector)\)$/.test(functionName) ? functionName : 'natives and measurement';
}

function timeByFile({ nodes, samples = [], timeDeltas = [] }: Profile): Record<string, number> {
  const names = new Map(nodes.map(({ id, callFrame: { url, functionName } }) => [id, ownerOf(url, functionName)]));
  const total: Record<string, number> = {};
  samples.forEach((id, index) => {
    const name = names.get(id) ?? 'browser';
    total[name] = (total[name] ?? 0) + (timeDeltas[index] ?? 0) / 1000;
  });
  return Object.fromEntries(
    Object.entries(total)
      .filter(([, ms]) => ms >= 1)
      .map(([name, ms]) => [name, Math.round(ms)]),
  );
}

test('main thread while a small model trains', async ({ page }) => {
  await page.addInitScript(observe);
  await page.setViewportSize({ width: 1280, height: 800 });
  await openPage(page);
  await choosePreset(page, /PSR, quick look/);
  await train(page);
  await waitForStep(page, 2);
  await page.evaluate(() => {
    const { pageReport } = globalThis as unknown as {
      pageReport: { from: number; longTasksMs: number[]; redraws: Map<string, number> };
    };
    pageReport.from = performance.now();
    pageReport.longTasksMs.length = 0;
    pageReport.redraws.clear();
  });
  const profiler = await page.context().newCDPSession(page);
  await profiler.send('Profiler.enable');
  await profiler.send('Profiler.start');
  // Gestures of somebody who plays with it.
  const knot = curveOf(page, 'objective.negativeWeight').locator('.knot input').first();
  for (const [tab, step] of [
    ['Token', 15],
    ['Runs', 30],
    ['Why?', 45],
    ['Rollouts', 60],
  ] as const) {
    await page.getByRole('tab', { name: tab }).click();
    await knot.focus();
    await page.keyboard.press('ArrowUp');
    await waitForStep(page, step);
  }
  await waitUntilFinished(page);
  const { profile } = await profiler.send('Profiler.stop');
  const seen = await observed(page);
  const git = (...parts: string[]): string => execFileSync('git', parts, { encoding: 'utf8' }).trim();
  const report = {
    date: new Date().toISOString().slice(0, 10),
    commit: git('rev-parse', '--short', 'HEAD'),
    machine: `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}, load ${loadavg()[0]?.toFixed(1)}`,
    browser: `Chromium ${page.context().browser()?.version() ?? ''}`,
    seconds: Math.round(seen.seconds),
    longTasksMs: {
      ...summary(seen.longTasksMs),
      sharePercent: Number((seen.longTasksMs.reduce((sum, ms) => sum + ms, 0) / seen.seconds / 10).toFixed(1)),
    },
    interactionsMs: summary(seen.interactionsMs),
    /** Milliseconds of the main thread by whose code ran; the chart library's includes none of React's work for it. */
    selfMs: timeByFile(profile),
    chartRedraws: seen.redraws,
  };
  const text = JSON.stringify(report, null, 2);
  console.log(text);
  const path = process.env['PAGE_REPORT'];
  if (path !== undefined) writeFileSync(path, `${text}\n`);
});
