import { beforeEach, describe, expect, it, vi } from 'vitest';
import { decodeLink, encodeLink } from '../../share/link';
import { catalogue } from '../experiment/catalogue';
import { createExperimentStore } from '../experiment/experiment';
import { fingerprintRun } from '../../share/fingerprint';
import type { Run } from '../runs/runs';
import { idleStatus } from '../../worker/protocol';
import { shareableExperiment, shareChoice, syncLink, useLink } from './link';

const preset = presetOf(catalogue.presets[0]);
const steps = preset.experiment.steps + 7;

function presetOf<T>(entry: T | undefined): T {
  if (entry === undefined) throw new Error('the catalogue has presets');
  return entry;
}

function page(hash: string) {
  const address = { hash };
  const experiments = createExperimentStore(preset.experiment, preset.id);
  const link = syncLink(experiments, catalogue, {
    readHash: () => address.hash,
    replaceHash: (next) => (address.hash = next),
  });
  return { address, experiments, link };
}

beforeEach(() => useLink.setState({ opened: null, problem: null }));

describe('the link in the address', () => {
  const linked = encodeLink({ experiment: { ...preset.experiment, steps }, preset: preset.id });

  it('stands on the panel when reading it is done', async () => {
    const { experiments, link } = page(linked);
    await link.read();
    expect(experiments.getState().experiment.steps).toBe(steps);
    expect(useLink.getState().opened?.experiment.steps).toBe(steps);
  });

  it('leaves the panel and says why where it is damaged', async () => {
    const { experiments, link } = page('#v1.AAAA');
    await link.read();
    expect(experiments.getState().experiment).toEqual(preset.experiment);
    expect(useLink.getState()).toMatchObject({ opened: null, problem: expect.stringMatching(/damaged/) as string });
  });

  it('of another kind, or none, means nothing', async () => {
    for (const hash of ['', '#main']) {
      const { experiments, link } = page(hash);
      await link.read();
      expect(experiments.getState().experiment).toEqual(preset.experiment);
      expect(useLink.getState()).toMatchObject({ opened: null, problem: null });
    }
  });

  it('follows the last of several changes', async () => {
    const { address, experiments, link } = page('');
    await link.read();
    experiments.getState().set('steps', steps + 1);
    experiments.getState().set('steps', steps);
    await vi.waitFor(() => expect(address.hash).toBe(linked), { timeout: 5000 });
  });
});

describe('a link with curves', () => {
  const edits = [{ step: 3, path: 'objective.negativeWeight', value: 2 }];
  const run: Run = {
    id: 'r',
    seriesId: 'r',
    name: 'NSR',
    slot: 0,
    visible: true,
    origin: 'trained',
    experiment: preset.experiment,
    edits,
    rows: [0, 1, 2, 3, 4].map((step) => ({ step, tokens: 0, seconds: 0, correctRatio: 0.3, entropyNats: 0.5 })),
    evaluations: [
      {
        step: 5,
        tokens: 0,
        seconds: 0,
        passAtK: [{ k: 1, mean: 0.3, low: 0.2, high: 0.4 }],
        greedyAccuracy: 0.3,
        entropyNats: 0.5,
        distinctCorrect: 1,
        problems: 10,
        samples: 1,
        correct: [3],
        problemIds: ['p'],
      },
    ],
    status: { ...idleStatus(5), phase: 'finished', step: 5 },
    note: '',
    forkedFrom: null,
    adapter: 'here',
    startedAt: 0,
    forces: [],
    promised: null,
  };
  const share = (panel: typeof preset.experiment, withCurves: boolean, of: Run = run) => {
    const current = { experiment: shareableExperiment(panel, of), preset: preset.id };
    const choice = shareChoice(current, of, withCurves, catalogue);
    const link = decodeLink(encodeLink(choice.subject), catalogue);
    if (!link?.ok) throw new Error('the link can be read');
    return { ...choice, ...link.value };
  };
  const moved = { ...preset.experiment, seed: preset.experiment.seed + 1, steps: 7 };

  it('is one of the run as it was steered, though the panel was changed since', () => {
    const { experiment, result, apart } = share(moved, true);
    expect(experiment).toEqual({ ...run.experiment, edits });
    expect(result?.fingerprint).toBe(fingerprintRun(run));
    expect(apart).toBe(true);
  });

  it('and without curves one of the panel, with no result', () => {
    expect(share(moved, false)).toMatchObject({ experiment: { ...moved, edits: [] }, result: null, apart: true });
  });

  it('is the same experiment either way while the panel shows the run', () => {
    const panel = { ...preset.experiment, objective: { ...preset.experiment.objective, negativeWeight: 2 } };
    expect(share(panel, true)).toMatchObject({ experiment: { ...run.experiment, edits }, apart: false });
    expect(share(panel, false)).toMatchObject({ experiment: { ...run.experiment, edits }, result: null });
  });

  it('there is none of a run that has not finished: its fingerprint would not be the experiment’s', () => {
    const paused = { ...run, status: { ...run.status, phase: 'paused' as const, step: 4 } };
    expect(share(moved, true, paused)).toMatchObject({ finished: null, result: null });
  });

  it('cannot take curves from anywhere else', () => {
    // @ts-expect-error a result beside an experiment
    encodeLink({ experiment: preset.experiment, preset: preset.id, result: null });
    // @ts-expect-error a run beside an experiment
    const both: Parameters<typeof encodeLink>[0] = { experiment: preset.experiment, preset: preset.id, run };
    expect(both.preset).toBe(preset.id);
  });
});
