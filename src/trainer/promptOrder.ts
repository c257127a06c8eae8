import { createRng } from '../lib/rng';

/** Indices of the `count` prompts from position `cursor` of an endless sequence: one seeded permutation of all `size` prompts per epoch. */
export function promptOrder(size: number, seed: number, cursor: number, count: number): number[] {
  const indices: number[] = [];
  let position = cursor;
  while (indices.length < count && size > 0) {
    const epoch = Math.floor(position / size);
    const permutation = createRng(seed, 'prompts', epoch).shuffle(Array.from({ length: size }, (_, index) => index));
    const taken = permutation.slice(position % size, (position % size) + count - indices.length);
    indices.push(...taken);
    position += taken.length;
  }
  return indices;
}
