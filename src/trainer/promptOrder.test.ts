import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { miniBatches } from './miniBatches';
import { promptOrder } from './promptOrder';

describe('promptOrder', () => {
  it('goes through every prompt once per epoch, each epoch in another order', () => {
    const epochs = [0, 10].map((cursor) => promptOrder(10, 5, cursor, 10));
    for (const epoch of epochs) expect([...epoch].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(epochs[0]).not.toEqual(epochs[1]);
  });

  it('is one sequence, however it is cut', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.nat(30), fc.nat(20), fc.nat(20), (size, cursor, first, second) => {
        const whole = promptOrder(size, 1, cursor, first + second);
        expect([...promptOrder(size, 1, cursor, first), ...promptOrder(size, 1, cursor + first, second)]).toEqual(
          whole,
        );
      }),
    );
  });

  it('gives nothing of nothing', () => {
    expect(promptOrder(0, 1, 0, 4)).toEqual([]);
  });
});

describe('miniBatches', () => {
  const groups = [10, 11, 12, 13, 14, 15, 16];

  it('are disjoint, complete, as even as can be, and seeded', () => {
    const parts = miniBatches(groups, 3, 1, 0, 0);
    expect(parts.flat().sort((a, b) => a - b)).toEqual(groups);
    expect(parts.map(({ length }) => length).sort()).toEqual([2, 2, 3]);
    expect(miniBatches(groups, 3, 1, 0, 0)).toEqual(parts);
    expect([miniBatches(groups, 3, 1, 1, 0), miniBatches(groups, 3, 1, 0, 1)]).not.toContainEqual(parts);
  });

  it('are never empty', () => {
    expect(miniBatches([3, 4], 4, 1, 0, 0)).toHaveLength(2);
    expect(miniBatches([], 4, 1, 0, 0)).toEqual([]);
  });
});
