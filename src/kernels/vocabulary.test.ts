import { expect, it } from 'vitest';
import { encodePlaces, isWindowed, placeBytes, vocabularyWindows, windowTokens } from './vocabulary';

it('cuts a vocabulary into windows of 4,096 tokens, the last one shorter', () => {
  expect(vocabularyWindows(11)).toEqual([{ first: 0, count: 11 }]);
  expect(vocabularyWindows(windowTokens)).toEqual([{ first: 0, count: windowTokens }]);
  expect(vocabularyWindows(windowTokens + 1)).toEqual([
    { first: 0, count: windowTokens },
    { first: windowTokens, count: 1 },
  ]);
  const windows = vocabularyWindows(151_936);
  expect(windows).toHaveLength(38);
  expect(windows.at(-1)).toEqual({ first: 37 * 4096, count: 384 });
  expect([windowTokens, windowTokens + 1].map(isWindowed)).toEqual([false, true]);
});

it('tells kernels where a window begins and which is the last', () => {
  const words = encodePlaces(vocabularyWindows(2 * windowTokens + 5));
  const place = (w: number) => [...words.slice((w * placeBytes) / 4, (w * placeBytes) / 4 + 2)];
  expect([0, 1, 2].map(place)).toEqual([
    [0, 0],
    [windowTokens, 0],
    [2 * windowTokens, 1],
  ]);
});
