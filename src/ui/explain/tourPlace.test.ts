import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeMark, type Box, type Size } from './tourPlace';

const mark = { width: 260, height: 130 };
const boxAt = (left: number, top: number, { width, height }: Size): Box => ({
  left,
  top,
  right: left + width,
  bottom: top + height,
});
const meet = (a: Box, b: Box): boolean => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
const placed = (target: Box, screen: Size, keepFree: readonly Box[] = []): Box => {
  const { left, top } = placeMark(target, mark, screen, keepFree);
  return boxAt(left, top, mark);
};

describe('a coach mark', () => {
  const wide = { width: 1440, height: 900 };
  const phone = { width: 390, height: 844 };

  it('stands under what it points at', () => {
    expect(placeMark(boxAt(300, 10, { width: 90, height: 30 }), mark, wide, [])).toEqual({ left: 300, top: 50 });
  });

  it('leaves the banners free: on a phone, too, with the transport at the bottom', () => {
    const banner = boxAt(0, 100, { width: 390, height: 120 });
    const train = boxAt(10, 790, { width: 180, height: 44 });
    const box = placed(train, phone, [banner]);
    expect(meet(box, train)).toBe(false);
    expect(meet(box, banner)).toBe(false);
    expect(box.bottom).toBeLessThan(train.top);
  });

  it('goes elsewhere where a banner lies under its target', () => {
    const target = boxAt(300, 10, { width: 90, height: 30 });
    const banner = boxAt(280, 56, { width: 800, height: 60 });
    const box = placed(target, wide, [banner]);
    expect(meet(box, banner)).toBe(false);
    expect(meet(box, target)).toBe(false);
  });

  it('goes past a banner that lies across a phone, under the header', () => {
    const share = boxAt(280, 6, { width: 36, height: 36 });
    const banner = boxAt(8, 100, { width: 374, height: 90 });
    const box = placed(share, phone, [banner]);
    expect(meet(box, banner)).toBe(false);
    expect(meet(box, share)).toBe(false);
  });

  it('is on the screen and never on its target, wherever that is, while there is room', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1340 }),
        fc.integer({ min: 0, max: 800 }),
        fc.integer({ min: 20, max: 700 }),
        fc.integer({ min: 20, max: 400 }),
        (left, top, width, height) => {
          const target = boxAt(left, top, { width: Math.min(width, 1440 - left), height: Math.min(height, 900 - top) });
          const box = placed(target, wide);
          expect(box.left).toBeGreaterThanOrEqual(0);
          expect(box.right).toBeLessThanOrEqual(1440);
          expect(box.top).toBeGreaterThanOrEqual(0);
          expect(box.bottom).toBeLessThanOrEqual(900);
          expect(meet(box, target)).toBe(false);
        },
      ),
    );
  });
});
