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
  const shuffled = createRng(seed, 'mini-batches', step, epoch).shuffle([...groups]);
  const parts = Math.min(count, shuffled.length);
  return Array.from({ length: parts }, (_, part) =>
    shuffled.slice(Math.floor((part * shuffled.length) / parts), Math.floor(((part + 1) * shuffled.length) / parts)),
  );
}
