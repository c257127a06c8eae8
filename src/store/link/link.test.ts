import { beforeEach, describe, expect, it, vi } from 'vitest';
import { encodeLink } from '../../share/link';
import { catalogue } from '../experiment/catalogue';
import { createExperimentStore } from '../experiment/experiment';
import { syncLink, useLink } from './link';

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
  const linked = encodeLink({ experiment: { ...preset.experiment, steps }, preset: preset.id, result: null });

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
