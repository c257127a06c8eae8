import { describe, expect, it } from 'vitest';
import { SubmitPacer } from './submitPacer';

/** Costs of submits on a clock that moves `msPerUnit` for each unit. */
async function paced(msPerUnit: readonly number[]): Promise<number[]> {
  let now = 0;
  const pacer = new SubmitPacer(() => now, 100);
  const costs: number[] = [];
  for (const speed of msPerUnit) {
    const cost = pacer.next();
    costs.push(cost);
    await pacer.measure(cost, () => {
      now += cost * speed;
      return Promise.resolve();
    });
  }
  return costs;
}

describe('the submit pacer', () => {
  it('begins small, then fills the time that a submit may take', async () => {
    const [first = 0, second, third] = await paced([1e-6, 1e-6, 1e-6]);
    expect(first).toBeLessThan(1e9);
    expect(second).toBeCloseTo(1e8, -1);
    expect(third).toBeCloseTo(1e8, -1);
  });

  it('forgets a slow start, and learns a slower pace by halves', async () => {
    const [, slow, quick = 0, sobered] = await paced([1e-3, 1e-6, 3e-6, 3e-6]);
    expect(slow).toBeCloseTo(1e5, -1);
    expect(quick).toBeCloseTo(1e8, -1);
    expect(sobered).toBeCloseTo(quick / 2, -1);
  });
});
