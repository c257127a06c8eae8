import { createRng } from '../lib/rng';

/** Disjoint mini-batches of whole groups, in an order that (seed, step, epoch) decides: as even as can be, never empty, so
 * fewer than `count` where there are fewer groups. */
export function miniBatches(
  groups: readonly number[],
  count: number,
  seed: number,
  step: number,
  epoch: number,
): number[][] {
  return evenParts(createRng(seed, 'mini-batches', step, epoch).shuffle([...groups]), count);
}

/** Runs of neighbours, as even as can be, none empty: `count` of them or fewer. */
export function evenParts<T>(items: readonly T[], count: number): T[][] {
  const parts = Math.min(count, items.length);
  return Array.from({ length: parts }, (_, part) =>
    items.slice(Math.floor((part * items.length) / parts), Math.floor(((part + 1) * items.length) / parts)),
  );
}
