/** sample.wgsl, and sample_window and sample_limit for large vocabularies, against float64, for one kernel variant. */
import { expect, it } from 'vitest';
import { at } from '../lib/invariant';
import { expectUntouched, normals, type KernelBench } from './kernelBench.fixture';
import type { KernelCall } from '../gpu/plan';
import { limitedSizes, limitSweeps, sample, sampleLimit, sampleRowBytes, sampleWindow } from './sample';
import { isWindowed, type BoundWindow } from './vocabulary';
import { onlyWindow, uploadWindows } from './vocabulary.fixture';
import { allowed, distribution, gumbelScores } from './sample.reference';
import type { KernelVariant } from './variant';

const capacity = 5;
const key = [0xdeadbeef, 7] as const;

interface Options {
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly greedy: boolean;
}

const plain: Options = { temperature: 1, topK: 0, topP: 1, greedy: false };
const choices: readonly (readonly [string, Options])[] = [
  ['plain', { ...plain, temperature: 0.7 }],
  ['top-k 3', { ...plain, topK: 3 }],
  ['top-p 0.6', { ...plain, topP: 0.6, temperature: 1.5 }],
  ['top-k 5 and top-p 0.8', { ...plain, topK: 5, topP: 0.8 }],
  ['greedy', { ...plain, greedy: true }],
];

function samplingUniform(rows: number, options: Options, eos: readonly number[]): ArrayBuffer {
  const words = new ArrayBuffer(48);
  new Uint32Array(words).set([rows, ...key, capacity]);
  new Float32Array(words).set([1 / options.temperature, options.topP], 4);
  new Uint32Array(words).set([options.topK, options.greedy ? 1 : 0, ...eos], 6);
  return words;
}

/** Top-k's and top-p's searches too; sizes of zero leave them out. */
function windowedCalls(
  spec: Omit<Parameters<typeof sampleWindow>[0], 'first'>,
  windows: readonly BoundWindow[],
): KernelCall[] {
  const search = (kind: 'topK' | 'topP') =>
    Array.from({ length: limitSweeps }, () => windows.map((window) => sampleLimit(spec, kind, window))).flat();
  return [
    ...windows.map((window) => sampleWindow({ ...spec, first: true }, window)),
    ...search('topK'),
    ...search('topP'),
    ...windows.map((window) => sampleWindow({ ...spec, first: false }, window)),
  ];
}

export function sampleParity(bench: () => KernelBench, variant: KernelVariant, vocabularies: readonly number[]): void {
  /** 40 sequences, of which every third row of the batch is going; sequence s has sampled s % 4 tokens, index 1000 + s. */
  const going = Array.from({ length: 14 }, (_, row) => 3 * row);
  const end = 2;
  async function draw(
    vocabulary: number,
    options: Options,
    logits: Float32Array,
    stride: number,
    noise: Float32Array | null,
    sampled = vocabulary,
  ) {
    const b = bench();
    const states = Array.from({ length: 40 }, (_, s) => [0, 0, s % 4, s === 9 ? 1 : 0, 77, 1000 + s, 0, 0]);
    const windows = uploadWindows(b, logits, going.length, vocabulary, stride);
    const spec = {
      variant, sampling: b.uniform(samplingUniform(going.length, options, [end, end, end, end])), sequences: b.words(states.flat()), active: b.words(going),
      vocabulary, sampled, tokens: b.poisoned(40 * capacity * 4), capacity, noise: noise ? b.floats(noise) : null,
    }; // prettier-ignore
    const calls = isWindowed(vocabulary)
      ? windowedCalls({ ...spec, state: b.poisoned(going.length * (sampleRowBytes / 4)) }, windows)
      : [sample({ ...spec, stride, logits: onlyWindow(windows) })];
    const rowsOf = (on: boolean) => (on ? going.length : 0);
    await b.run(calls, {
      rows: going.length,
      [limitedSizes.topK]: rowsOf(options.topK > 0),
      [limitedSizes.topP]: rowsOf(options.topP < 1),
      [limitedSizes.either]: rowsOf(options.topK > 0 || options.topP < 1),
    });
    const tokens = await b.readWords(spec.tokens, 40 * capacity * 4);
    const after = await b.readWords(spec.sequences, 40 * 8);
    return { tokens, floats: new Float32Array(tokens.buffer), after };
  }

  it.each(vocabularies.flatMap((vocabulary) => choices.map(([name, options]) => [vocabulary, name, options] as const)))(
    'vocabulary %i, %s: token, log-probability, entropy and state',
    async (vocabulary, _, options) => {
      const stride = Math.ceil(vocabulary / 4) * 4;
      const logits = normals(going.length * stride, 2, 'logits', vocabulary);
      const { tokens, floats, after } = await draw(vocabulary, options, logits, stride, null);
      const written = new Set<number>();
      going.forEach((s, row) => {
        const position = s % 4;
        const place = (s * capacity + position) * 4;
        if (s === 9) return; // has ended: nothing changes
        written.add(place / 4);
        const own = logits.subarray(row * stride, row * stride + vocabulary);
        const may = allowed(own, options.temperature, options.topK, options.topP);
        const scores = options.greedy ? own : gumbelScores(own, options.temperature, 1000 + s, position, key);
        const token = at(tokens, place);
        expect(may[token], `token ${token} of row ${row}`).toBe(true);
        // the largest score, up to float32's rounding of the noise
        const best = Math.max(...Array.from(scores).filter((_score, v) => may[v]));
        expect(at(scores, token)).toBeGreaterThan(best - 1e-4);
        const { logp, entropy } = distribution(own, options.temperature);
        expect(at(floats, place + 1)).toBeCloseTo(at(logp, token), 4);
        expect(at(floats, place + 2)).toBeCloseTo(entropy, 4);
        const done = token === end || position + 1 >= capacity ? 1 : 0;
        expect([...after.slice(s * 8, s * 8 + 6)]).toEqual([0, 0, position + 1, done, token, 1000 + s]);
      });
      expect([...after.slice(72, 78)]).toEqual([0, 0, 1, 1, 77, 1009]);
      expectUntouched(
        tokens.filter((_word, i) => !written.has(Math.floor(i / 4))),
        'tokens of other places',
      );
    },
  );

  it.each(
    vocabularies
      .filter((vocabulary) => vocabulary > 16)
      .flatMap((vocabulary) => choices.map(([name, options]) => [vocabulary, name, options] as const)),
  )(
    'vocabulary %i, %s: ids past the sampled vocabulary are never drawn and keep their probability',
    async (vocabulary, _, options) => {
      const stride = Math.ceil(vocabulary / 4) * 4;
      const sampled = vocabulary - 11;
      const logits = normals(going.length * stride, 2, 'logits', vocabulary);
      // what must not be drawn is what would be
      for (let row = 0; row < going.length; row++)
        for (let v = sampled; v < vocabulary; v++) logits[row * stride + v] = 9;
      const { tokens, floats } = await draw(vocabulary, options, logits, stride, null, sampled);
      going.forEach((s, row) => {
        if (s === 9) return;
        const place = (s * capacity + (s % 4)) * 4;
        const token = at(tokens, place);
        const own = logits.subarray(row * stride, row * stride + vocabulary);
        const may = allowed(own.subarray(0, sampled), options.temperature, options.topK, options.topP);
        expect(may[token], `token ${token} of row ${row}`).toBe(true);
        expect(at(floats, place + 1)).toBeCloseTo(at(distribution(own, options.temperature).logp, token), 4);
      });
    },
  );

  it('given noise is added to the raw logits in place of random numbers', async () => {
    const vocabulary = at(vocabularies, vocabularies.length - 1);
    const stride = Math.ceil(vocabulary / 4) * 4;
    const logits = normals(going.length * stride, 2, 'logits');
    const noise = normals(40 * capacity * vocabulary, 3, 'noise');
    const { tokens } = await draw(vocabulary, plain, logits, stride, noise);
    going.forEach((s, row) => {
      if (s === 9) return;
      const position = s % 4;
      const scores = Array.from({ length: vocabulary }, (_, v) =>
        Math.fround(at(logits, row * stride + v) + at(noise, (s * capacity + position) * vocabulary + v)),
      );
      expect(at(tokens, (s * capacity + position) * 4)).toBe(scores.indexOf(Math.max(...scores)));
    });
  });
}
