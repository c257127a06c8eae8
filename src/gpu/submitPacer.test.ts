import { describe, expect, it } from 'vitest';
import { SubmitPacer } from './submitPacer';

/** A pacer on a clock that moves `msPerUnit` for each unit of a submit. */
async function paced(msPerUnit: number, submits: number): Promise<number[]> {
  let now = 0;
  const pacer = new SubmitPacer(() => now, { first: 16, most: 64, budgetMs: 100 });
  const sizes: number[] = [];
  for (let submit = 0; submit < submits; submit++) {
    const units = pacer.next();
    sizes.push(units);
    await pacer.measure(units, () => {
      now += units * msPerUnit;
      return Promise.resolve();
    });
  }
  return sizes;
}

describe('the submit pacer', () => {
  it('begins with the first size and grows to the largest where units are cheap', async () => {
    expect(await paced(0, 3)).toEqual([16, 64, 64]);
  });

  it('holds submits to about 100 ms where units are dear, and never below one unit', async () => {
    expect(await paced(10, 3)).toEqual([16, 10, 10]);
    expect(await paced(1000, 3)).toEqual([16, 1, 1]);
  });
});
