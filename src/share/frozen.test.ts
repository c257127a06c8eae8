import { expect, it } from 'vitest';
import { parseExperiment } from '../experiment/parseExperiment';
import { catalogue } from '../store/experiment/catalogue';
import { frozenBase, frozenPreset } from './frozen';

/** `frozenV1.json` was written once, when links of version 1 began. Never write it anew: old links would change their meaning. */
it('holds presets that still are experiments', () => {
  expect(() => parseExperiment(frozenBase, catalogue)).not.toThrow();
  for (const id of ['nsr', 'psr', 'w-reinforce', 'quick-nsr', 'paper-ppo']) {
    const preset = frozenPreset(id);
    expect(preset).not.toBeNull();
    expect(() => parseExperiment(preset, catalogue)).not.toThrow();
  }
  expect(frozenPreset('toString')).toBeNull();
});
