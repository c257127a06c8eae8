import { createRng } from '../../lib/rng';

/** Fixed for ever: base models are warmed up on the train split, so a run's seed must not move the border. */
const splitSeed = 20_260_101;

/** Parts items into train and held-out, `heldOutShare` of them held out at random; each part keeps the items' order. */
export function splitHeldOut<T>(
  items: readonly T[],
  heldOutShare: number,
  purpose: string,
): { readonly train: T[]; readonly heldOut: T[] } {
  const order = createRng(splitSeed, 'split', purpose).shuffle(items.map((_, index) => index));
  const heldOut = new Set(order.slice(0, Math.round(items.length * heldOutShare)));
  return {
    train: items.filter((_, index) => !heldOut.has(index)),
    heldOut: items.filter((_, index) => heldOut.has(index)),
  };
}
