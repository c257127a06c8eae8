import type { NsrBench } from '../src/bench/nsrBench';
import { expect, test } from './fixtures';

/** Row-major float32 as bytes of a data URL: a driver's files without a server. */
function dataUrl(values: readonly number[]): string {
  return `data:application/octet-stream;base64,${Buffer.from(Float32Array.from(values).buffer).toString('base64')}`;
}

test('bench.html offers nsrBench, and its product is right', async ({ page }) => {
  await page.goto('./bench.html');
  await expect(page.locator('html[data-ready=true]')).toBeAttached();
  const [M, K, N] = [3, 4, 8];
  const a = Array.from({ length: M * K }, (_, i) => (i % 5) - 2);
  const b = Array.from({ length: K * N }, (_, i) => (i % 7) - 3);
  const r = Array.from({ length: N }, (_, i) => i + 1);
  const spec = { id: 'e2e', reps: 2, M, K, N, files: { a: dataUrl(a), b: dataUrl(b), r: dataUrl(r) } };
  const results = await page.evaluate(async (given) => {
    const { nsrBench } = globalThis as unknown as { nsrBench: NsrBench };
    const call = (phase: string) => nsrBench('gemm', { ...given, phase });
    return [await call('prepare'), await call('round'), await call('verify'), await call('dispose')];
  }, spec);
  const expected = Array.from({ length: M }, (_, m) => {
    const row = Array.from({ length: N }, (_, n) => sum(K, (k) => (a[m * K + k] ?? 0) * (b[k * N + n] ?? 0)));
    return sum(N, (n) => (row[n] ?? 0) * (r[n] ?? 0));
  });
  expect(results[0]).toMatchObject({ peer: 'nsr', row_dots: expected });
  expect(results[1]?.counts).toMatchObject({ dispatches: 2, bindGroups: 0, buffers: 0 });
  expect(results[2]).toEqual({ row_dots: expected });
  expect(results[3]).toEqual({});
});

function sum(count: number, term: (index: number) => number): number {
  return Array.from({ length: count }, (_, index) => term(index)).reduce((total, value) => total + value, 0);
}
