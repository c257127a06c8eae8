/**
 * One algorithm, one schedule, one mapping and one task, put where the registries look and named nowhere else
 * (`additions.ts`), are seen by everything that shows or reads such things.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { renderToStaticMarkup } from 'react-dom/server';
import { build } from 'vite';
import { afterAll, describe, expect, it } from 'vitest';
import { ensureVulkan } from '../machine/ensureVulkan.ts';
import { algorithms } from '../../src/algorithms/parts/registry.ts';
import { mappings } from '../../src/confidence/parts/registry.ts';
import { defaultExperiment, parseExperiment } from '../../src/experiment/parseExperiment.ts';
import type { Experiment, Scheduled } from '../../src/experiment/types.ts';
import type { MetricsRow } from '../../src/records/metrics.ts';
import { schedules } from '../../src/schedules/parts/registry.ts';
import { decodeLink, encodeLink } from '../../src/share/link.ts';
import { catalogue } from '../../src/store/experiment/catalogue.ts';
import { withTask } from '../../src/store/experiment/choices.ts';
import { createExperimentStore } from '../../src/store/experiment/experiment.ts';
import { describeValue } from '../../src/store/experiment/fields.ts';
import type { Models } from '../../src/store/models/models.ts';
import type { Training } from '../../src/store/run/training.ts';
import { taskDefinitions } from '../../src/tasks/parts/registry.ts';
import { AppContext } from '../../src/ui/appContext.ts';
import { convertMapping, mappingCurve } from '../../src/ui/curves/mappingCurve.ts';
import { convertSchedule, scheduleCurve } from '../../src/ui/curves/scheduleCurve.ts';
import { CurvesPanel } from '../../src/ui/panels/CurvesPanel.tsx';
import { SetupRail } from '../../src/ui/panels/SetupRail.tsx';
import { cataloguePage } from '../site/cataloguePage.ts';
import { additions } from './additions.ts';

const ramp = { kind: 'ramp', low: 0.2, high: 1.4, begin: 0.3 };
const sharp = { kind: 'sharp', scope: 'sequence', normalize: false, sharpness: 2 } as const;

/** Signed, with both curves: they play no part in a group method. */
const curved: Experiment = parseExperiment({ objective: { negativeWeight: ramp, confidence: sharp } }, catalogue);
/** The task and the algorithm, small enough for a few seconds on a software adapter. */
const small: Experiment = parseExperiment(
  {
    ...withTask({ ...defaultExperiment, model: 'countdown3-tiny' }, 'reversal', catalogue),
    objective: { algorithm: 'scaled', params: { scale: 3 }, klCoef: ramp },
    batch: { promptsPerStep: 4, groupSize: 4, updatesPerRollout: 1 },
    evaluation: { every: 0, problems: 4, samples: 2 },
    steps: 2,
  },
  catalogue,
);

function page(experiment: Experiment, content: React.ReactNode): string {
  const services = {
    catalogue,
    experiments: createExperimentStore(experiment, ''),
    training: {} as Training,
    models: {} as Models,
  };
  return renderToStaticMarkup(<AppContext value={services}>{content}</AppContext>);
}

it('the catalogue that the page opens with has them, without their functions', () => {
  expect(catalogue.algorithms).toContainEqual(expect.objectContaining({ id: 'scaled', label: 'Scaled baseline' }));
  expect(catalogue.schedules).toContainEqual(expect.objectContaining({ kind: 'ramp' }));
  expect(catalogue.mappings).toContainEqual(expect.objectContaining({ kind: 'sharp' }));
  expect(catalogue.tasks).toContainEqual(expect.objectContaining({ name: 'reversal', alphabet: '0123456789:' }));
  expect(JSON.parse(JSON.stringify(catalogue))).toEqual(catalogue);
});

describe('the form', () => {
  const html = page(small, <SetupRail />);

  it('offers algorithm and task', () => {
    expect(html).toContain('<option value="scaled" selected="">Scaled baseline</option>');
    expect(html).toContain('<option value="reversal" selected="">Reversal</option>');
  });

  it('has a field for each parameter of their own', () => {
    expect(html).toContain('Digits</label>');
    expect(html).toMatch(/<select[^>]*><option value="2">Two<\/option><option value="3" selected="">Three<\/option>/);
  });

  it('shows a curve by its values', () => {
    expect(describeValue(ramp)).toBe('ramp 0.2 to 1.4');
    expect(describeValue(sharp)).toBe('sharp');
  });

  it('keeps a model that can read the chosen task', () => {
    expect(small).toMatchObject({ model: 'countdown3-tiny', task: { name: 'reversal', params: { digits: 3 } } });
    expect(small.sampling.maxNewTokens).toBe(4);
  });
});

describe('the curve editors', () => {
  const html = page(curved, <CurvesPanel />);
  const frame = { totalSteps: 100, frozenBefore: null, accuracy: 0.5 };

  it('offer both kinds', () => {
    expect(html).toMatch(/aria-pressed="true" aria-label="Ramp"/);
    expect(html).toMatch(/aria-pressed="true" aria-label="Sharp"/);
  });

  it('have a handle for each parameter on the plot', () => {
    for (const [key, name] of [
      ['low', 'Penalty of mistakes: low'],
      ['high', 'Penalty of mistakes: high'],
      ['begin', 'Penalty of mistakes: begin'],
      ['sharpness', 'Penalty by confidence: sharpness'],
    ] as const)
      expect(html).toMatch(new RegExp(`aria-label="${name}"[^>]*data-handle="${key}"`));
  });

  it('stand where the definition says, and a drag changes the parameter', () => {
    const curve = scheduleCurve(ramp, frame);
    expect(curve.handles.map(({ id, x, y, movesX }) => [id, x, Number(y.toFixed(9)), movesX])).toEqual([
      ['low', 0, 0.2, false],
      ['high', 100, 1.4, false],
      ['begin', 30, 0.8, true],
    ]);
    expect(curve.move('high', { x: 100, y: 2 }).value).toEqual({ ...ramp, high: 2 });
    expect(curve.move('begin', { x: 60, y: 0.8 }).value).toEqual({ ...ramp, begin: 0.6 });
    expect(curve.move('begin', { x: 99, y: 0.8 }).value).toEqual({ ...ramp, begin: 0.9 });
    expect(convertSchedule(1, 'ramp', frame)).toEqual({ kind: 'ramp', low: 0.5, high: 1, begin: 0.25 });
    // Bent in the middle it becomes knots, with the knee where it was.
    const bent = curve.add({ x: 65, y: 1 })?.curve;
    for (const x of [0, 15, 30, 100]) expect(bent?.evaluate(x)).toBeCloseTo(curve.evaluate(x), 3);
  });

  it('find the sharpness for which the curve goes through the pointer', () => {
    const curve = mappingCurve(sharp);
    expect(curve.handles).toMatchObject([{ id: 'sharpness', x: 0.5, y: 0.5, movesY: true }]);
    const dragged = curve.move('sharpness', { x: 0.5, y: 0.2 });
    expect(dragged.value).toEqual({ ...sharp, sharpness: 8 });
    expect(dragged.evaluate(0.5)).toBeCloseTo(0.2, 12);
    expect(convertMapping(null, 'sharp')).toEqual({ kind: 'sharp', sharpness: 2 });
  });
});

it('a link carries them there and back', () => {
  for (const experiment of [curved, small]) {
    const link = encodeLink({ experiment, preset: 'nsr' });
    expect(decodeLink(link, catalogue)).toMatchObject({ ok: true, value: { experiment } });
  }
  const outOfRange: Scheduled = { ...ramp, begin: 2 };
  const refused = { ...curved, objective: { ...curved.objective, negativeWeight: outOfRange } };
  expect(decodeLink(encodeLink({ experiment: refused, preset: 'nsr' }), catalogue)).toMatchObject({
    ok: false,
    reason: { message: expect.stringContaining('objective.negativeWeight.begin') as string },
  });
});

it('the docs list them with their examples', () => {
  const text = cataloguePage({ algorithms, schedules, mappings, tasks: taskDefinitions, presets: catalogue.presets });
  for (const line of [
    '### Scaled baseline: `scaled`',
    '| 8 | 1 | 1.75 | -0.25 |',
    '### Ramp: `ramp`',
    '| `sharpness` | 0 to 100 | `2` | How fast the weight falls off. |',
    '| `123:` | `321` | 1 | 321 |',
  ])
    expect(text).toContain(line);
});

describe('the command', () => {
  // Below the project: a bundle looks for the shipped models from where it lies.
  const root = resolve(import.meta.dirname, '../..');
  mkdirSync(join(root, '.scratch'), { recursive: true });
  const folder = mkdtempSync(join(root, '.scratch/additions-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const nsr = (...words: readonly string[]) =>
    spawnSync(process.execPath, [join(folder, 'cli/main.js'), ...words], {
      encoding: 'utf8',
      env: { ...process.env, ...ensureVulkan('lavapipe') },
    });

  it('names the task, refuses by name, and trains all four', async () => {
    await build({
      root,
      logLevel: 'error',
      plugins: [additions()],
      build: { ssr: true, outDir: join(folder, 'cli') },
    });
    expect(nsr('eval', '--help').stderr).toContain('reversal');
    const file = join(folder, 'experiment.json');
    writeFileSync(file, JSON.stringify({ ...small, objective: { ...small.objective, params: { scale: 11 } } }));
    expect(nsr('train', '--experiment', file).stderr).toContain(
      'objective.params.scale: 11 is not allowed; allowed: a number from 0 to 10',
    );

    const train = (name: string, experiment: Experiment): MetricsRow | undefined => {
      writeFileSync(file, JSON.stringify(experiment));
      const run = nsr('train', '--experiment', file, '--adapter', 'lavapipe', '--out', join(folder, name));
      expect(run.stderr).toContain('held out after 2 steps');
      expect(run.status).toBe(0);
      return readFileSync(join(folder, name, 'metrics.jsonl'), 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as MetricsRow)
        .find((row) => row.step === 1 && 'klCoef' in row);
    };
    // Halfway through two steps the ramp that begins at 0.3 has gone 2/7 of its way.
    const halfway = 0.2 + (1.2 * 2) / 7;
    expect(train('small', small)?.klCoef).toBeCloseTo(halfway, 12);
    expect(train('curved', { ...small, objective: curved.objective })?.negativeWeight).toBeCloseTo(halfway, 12);
  });
});
