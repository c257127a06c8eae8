import { expect, it } from 'vitest';
import { FlightLimit } from './flightLimit';

/** Lets everything that is due happen. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

it('starts works in order, no more than two at a time, and goes on after a failure', async () => {
  const limit = new FlightLimit(2);
  const started: number[] = [];
  const ends: (() => void)[] = [];
  const works = [0, 1, 2, 3, 4].map((index) =>
    limit.run(
      () =>
        new Promise<number>((resolve, reject) => {
          started.push(index);
          ends[index] = index === 1 ? () => reject(new Error('lost')) : () => resolve(index);
        }),
    ),
  );
  const settled = Promise.allSettled(works);
  expect(started).toEqual([0, 1]);
  ends[1]?.();
  await settle();
  expect(started).toEqual([0, 1, 2]);
  ends[0]?.();
  await settle();
  expect(started).toEqual([0, 1, 2, 3]);
  ends[2]?.();
  ends[3]?.();
  await settle();
  ends[4]?.();
  const results = await settled;
  expect(started).toEqual([0, 1, 2, 3, 4]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
});
