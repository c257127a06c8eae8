import fc from 'fast-check';
import { deflateSync, strToU8 } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { Experiment } from '../experiment/types';
import { withField } from '../experiment/paths';
import { parseExperiment } from '../experiment/parseExperiment';
import { catalogue } from '../store/experiment/catalogue';
import { toBase64url, fromBase64url } from './base64url';
import { frozenPreset } from './frozen';
import { inflateAtMost } from './boundedInflate';
import { decodeLink, encodeLink } from './link';

const preset = (id: string): Experiment => {
  const found = catalogue.presets.find((entry) => entry.id === id);
  if (!found) throw new Error(id);
  return found.experiment;
};
const packed = (payload: unknown): string =>
  `#v1.${toBase64url(deflateSync(strToU8(typeof payload === 'string' ? payload : JSON.stringify(payload))))}`;

/** Milliseconds of this process's own computing: a loaded machine must not fail a limit. */
function cpuClock(): () => number {
  const start = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  };
}

function read(hash: string) {
  const result = decodeLink(hash, catalogue);
  return result === null ? 'no link' : result.ok ? result.value : result.reason;
}

describe('links', () => {
  it('carries every preset through', () => {
    for (const { id, experiment } of catalogue.presets) {
      expect(read(encodeLink({ experiment, preset: id }))).toEqual({
        experiment,
        preset: id,
        result: null,
      });
    }
  });

  const number = fc.double({ min: 0, max: 10, noNaN: true });
  const knots = fc
    .uniqueArray(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 12 })
    .chain((xs) =>
      fc.tuple(
        ...xs
          .sort((a, b) => a - b)
          .map((x) =>
            fc.tuple(
              fc.constant(x / 100),
              number,
              fc.constantFrom('step', 'linear', 'cosine', 'exponential', 'monotone'),
            ),
          ),
      ),
    );
  const schedule = fc.oneof(
    number,
    fc.record({ kind: fc.constantFrom('linear', 'cosine'), from: number, to: number }),
    fc.record({ kind: fc.constant('exponential'), from: number, to: number, rate: number }),
    fc.record({ kind: fc.constant('piecewise'), knots }),
  );
  const edits = fc.array(
    fc.record({
      step: fc.integer({ min: 0, max: 59 }),
      path: fc.constantFrom('objective.negativeWeight', 'objective.positiveWeight'),
      value: schedule,
    }),
    { maxLength: 5 },
  );

  it('gives back what it was given', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(
        fc.constantFrom('nsr', 'w-reinforce', 'quick-nsr', 'grpo'),
        schedule,
        schedule,
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        edits,
        (id, beta, lambda, seed, recorded) => {
          const changes: [string, unknown][] = [
            ['objective.negativeWeight', beta],
            ['objective.positiveWeight', lambda],
            ['seed', seed],
          ];
          const changed = changes.reduce((experiment, [path, value]) => withField(experiment, path, value), preset(id));
          const sorted = [...recorded].sort((a, b) => a.step - b.step);
          const experiment = parseExperiment({ ...changed, edits: sorted }, catalogue);
          expect(read(encodeLink({ experiment, preset: id }))).toEqual({
            experiment,
            preset: id,
            result: null,
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  it('stays short', () => {
    const steered = {
      ...withField(preset('w-reinforce'), 'objective.negativeWeight', {
        kind: 'piecewise',
        knots: [
          [0, 1.5, 'exponential'],
          [0.4, 0.8, 'linear'],
          [1, 0.5, 'linear'],
        ],
      }),
      edits: [{ step: 40, path: 'objective.negativeWeight', value: 1.7 }],
    };
    expect(encodeLink({ experiment: steered, preset: 'w-reinforce' }).length).toBeLessThan(300);
  });

  it('opens the golden links of version 1 for ever', () => {
    const nsr = frozenPreset('nsr');
    expect(read('#v1.q1YqULJSyisuUqoFAA')).toEqual({ experiment: nsr, preset: 'nsr', result: null });
    expect(read(goldenSteered)).toMatchObject({
      preset: 'w-reinforce',
      experiment: { steps: 50, edits: [{ step: 20, path: 'objective.negativeWeight', value: 2 }] },
    });
  });

  it.each([
    ['#v2.abc', 'newer'],
    ['#v1.', 'damaged'],
    ['#v1.!!!!', 'damaged'],
    ['#v1.AAAA', 'damaged'],
    [`#v1.${'A'.repeat(20_000)}`, 'too-long'],
    [packed('{"p":"nsr"'), 'damaged'],
    [packed('"nsr"'), 'refused'],
    [packed({ p: 'nsr', x: 1 }), 'refused'],
    [packed({ d: {} }), 'refused'],
    [packed({ p: '../../etc', d: {} }), 'refused'],
    [packed('{"p":"nsr","d":{"__proto__":{"polluted":1}}}'), 'refused'],
    [packed({ p: 'nsr', d: { 'constructor.prototype.x': 1 } }), 'refused'],
    [packed({ p: 'nsr', d: { model: 'https://evil.example/model' } }), 'refused'],
    [packed({ p: 'nsr', d: { model: '//evil.example' } }), 'refused'],
    [packed({ p: 'nsr', d: { 'batch.groupSize': 1e9 } }), 'refused'],
    [packed({ p: 'nsr', d: { 'batch.groupSize': '8' } }), 'refused'],
    [
      packed({
        p: 'nsr',
        d: {
          'objective.negativeWeight': {
            kind: 'piecewise',
            knots: Array.from({ length: 65 }, (_, x) => [x / 65, 1, 'linear']),
          },
        },
      }),
      'refused',
    ],
    [packed('{"p":"nsr","d":{"steps":1e999}}'), 'refused'],
    [packed({ p: 'nsr', d: { 'objective.name': 'x'.repeat(5000) } }), 'refused'],
    [packed({ p: 'nsr', d: { a: { b: { c: { d: { e: { f: { g: { h: 1 } } } } } } } } }), 'refused'],
    [packed({ p: 'nsr', d: Object.fromEntries(Array.from({ length: 501 }, (_, key) => [`k${key}`, 1])) }), 'refused'],
    [packed({ p: 'nsr', r: { adapter: 'x' } }), 'refused'],
    [packed(' '.repeat(400_000)), 'damaged'],
  ])('refuses %s', (hash, kind) => {
    const spent = cpuClock();
    const result = read(hash);
    expect(result).toMatchObject({ kind });
    expect(spent()).toBeLessThan(200);
    expect(Object.keys({})).toEqual([]);
    expect((result as { message: string }).message).not.toContain('\n');
  });

  it('is not fooled by a deflate bomb', () => {
    const bomb = deflateSync(new Uint8Array(12_000_000), { level: 9 });
    expect(bomb.length).toBeLessThan(16_000);
    expect(inflateAtMost(bomb, 256 * 1024)).toBeNull();
  });

  it('leaves other hashes alone', () => {
    expect(read('')).toBe('no link');
    expect(read('#main')).toBe('no link');
    expect(read('#v1')).toBe('no link');
  });

  it('gives a value or a typed reason for any bytes, quickly', { timeout: 60_000 }, () => {
    const reads = (hash: string): void => {
      const spent = cpuClock();
      const result = decodeLink(hash, catalogue);
      expect(result === null || result.ok || typeof result.reason.message === 'string').toBe(true);
      expect(spent()).toBeLessThan(50);
    };
    reads('#v1.AAAA');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => reads(`#v1.${toBase64url(bytes)}`)),
      { numRuns: 200 },
    );
    fc.assert(
      fc.property(fc.json(), (json) => reads(packed(json))),
      { numRuns: 200 },
    );
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('steps', 'edits', 'objective.negativeWeight', 'task.params', 'model', 'batch'),
          fc.jsonValue(),
        ),
        (d) => reads(packed({ p: 'nsr', d })),
      ),
      { numRuns: 200 },
    );
    fc.assert(
      fc.property(fc.string(), (text) => reads(`#v1.${text}`)),
      { numRuns: 200 },
    );
  });
});

/** w-reinforce, 50 steps, one edit; written on 2026-11-20. */
const goldenSteered =
  '#v1.JYxBDkAwFETvMmtEJDa9iIVYFIOK0PDVoundfbF7eZl5ER4GT37S7dNxDkSGESbiEvoLpi4zcHSi2P4SplLnrSx6PPqVg7jAYudsP2jo5kW0Eux2U8epS-kF';

describe('base64url', () => {
  it('comes back for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(fromBase64url(toBase64url(bytes))).toEqual(bytes);
      }),
    );
  });
});
