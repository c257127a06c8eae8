import { Session } from 'node:inspector';
import { describe, expect, it } from 'vitest';
import { heapParts, type HeapParts } from './heapParts.ts';

function present(): HeapParts {
  const session = new Session();
  session.connect();
  const chunks: string[] = [];
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ params }) => chunks.push(params.chunk));
  session.post('HeapProfiler.takeHeapSnapshot');
  session.disconnect();
  return heapParts(chunks.join(''));
}

describe('the parts of a heap', () => {
  it('tell what is held from what was compiled', () => {
    const first = present();
    const held = Array.from({ length: 20_000 }, (_, index) => ({ index: index + 0.5 }));
    const second = present();
    expect(held).toHaveLength(20_000);
    // an object with one field and the number in it: at least 24 bytes, and its place in the list
    expect(second.objects - first.objects).toBeGreaterThan(20_000 * 28);
    expect(second.compiled - first.compiled).toBeLessThan(20_000 * 28);
    const functions = Array.from({ length: 300 }, (_, index) => compile(`return ${sum(index)}`));
    expect(functions.every((one) => Number.isFinite(one()))).toBe(true);
    expect(present().compiled - second.compiled).toBeGreaterThan(300 * 400);
    expect(functions).toHaveLength(300);
  });

  it('of another format are refused', () => {
    const text = JSON.stringify({
      snapshot: { meta: { node_fields: ['id'], node_types: [[]] } },
      nodes: [],
      strings: [],
    });
    expect(() => heapParts(text)).toThrow('another format: id');
  });
});

/** An expression of many additions, each time another. */
const sum = (from: number): string => Array.from({ length: 100 }, (_, index) => `Math.sin(${from + index})`).join('+');

/** Code that was not there before. */
const compile = (body: string): (() => number) =>
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the very thing that is measured
  new Function(body) as () => number;
