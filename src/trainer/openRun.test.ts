/** The checks that every way into a run makes, before any model is built. */
import { expect, describe, it } from 'vitest';
import { defaultExperiment } from '../experiment/parseExperiment';
import type { Experiment } from '../experiment/types';
import type { Gpu } from '../gpu/device';
import { createCharacterTokenizer } from '../model/characterTokenizer';
import { smallConfigs } from '../model/engine.fixture';
import { formatModelFolder, type ModelSource } from '../model/folder';
import { initialWeights } from '../model/initialWeights';
import { createTask } from '../tasks/parts/registry';
import { openEngine } from '../worker/main/engine';
import { buildCatalogue } from './catalogue';
import { openAnswers, openModels, openRun } from './openRun';
import { noEncoder } from '../text/noEncoder.fixture';
import { readTextModel } from './textModel';

const catalogue = buildCatalogue();
/** Touching it is a bug: everything here is refused before. */
const gpu = new Proxy({}, { get: () => expect.unreachable('the device was asked') }) as unknown as Gpu;

/** A model of the engine's tests that writes the characters of `alphabet`; null: without a tokenizer. */
function folder(alphabet: string | null, change: Partial<typeof smallConfigs.llama> = {}): ModelSource {
  const tokenizer =
    alphabet === null ? { tokenizerJson: null, tokenizerConfigJson: null } : createCharacterTokenizer(alphabet);
  const config = { ...smallConfigs.llama, ...change };
  const files = formatModelFolder({ config, tensors: initialWeights(config, 0), ...tokenizer });
  const bytes = (path: string): Uint8Array => {
    const content = files.get(path) ?? expect.unreachable(path);
    return typeof content === 'string' ? new TextEncoder().encode(content) : content;
  };
  return {
    name: 'a-model',
    exists: async (path) => files.has(path),
    readText: async (path) => new TextDecoder().decode(bytes(path)),
    readBytes: async (path) => bytes(path),
  };
}

const experimentOf = (task: Experiment['task']): Experiment => ({ ...defaultExperiment, task });

describe('a task whose characters the model cannot read', () => {
  const message = /^a-model: .* is not allowed; allowed: a model whose tokenizer has the characters of addition: /;
  const experiment = experimentOf({ name: 'addition', params: {} });
  const shared = { gpu, clock: () => 0, catalogue, experiment, snapshot: null, emit: () => undefined };

  it('is refused by run, step and evaluation alike', async () => {
    const model = await readTextModel(folder('01234:'), noEncoder);
    await expect(openRun({ ...shared, model })).rejects.toThrow(message);
    await expect(openModels({ gpu, model }, experiment)).rejects.toThrow(message);
    await expect(openAnswers({ gpu, model }, createTask('addition'))).rejects.toThrow(message);
  });

  it('is refused by the page with the same words', async () => {
    const files = await readTextModel(folder('01234:'), noEncoder);
    await expect(
      openEngine({ ...shared, files, afterStep: async () => undefined, forcesBeside: () => null }),
    ).rejects.toThrow(message);
  });
});

it('an experiment that this build cannot train is refused', async () => {
  const model = await readTextModel(folder('01234:'), noEncoder);
  const run = { gpu, model, clock: () => 0, catalogue, snapshot: null, emit: () => undefined };
  const unknown = { ...defaultExperiment, objective: { ...defaultExperiment.objective, algorithm: 'magic' } };
  await expect(openRun({ ...run, experiment: unknown })).rejects.toThrow('objective.algorithm: "magic"');
});

describe('a folder', () => {
  it.each([
    ['without a tokenizer', folder(null), 'a-model: "no tokenizer.json"'],
    ['with more tokens than its model', folder('0123456789+=:'), 'a-model: "14 tokens in tokenizer.json"'],
    ['without an end token', folder('01', { eosTokenIds: [] as never }), 'a-model: "no eos_token_id"'],
  ])('%s is refused', async (_, source, message) => {
    await expect(readTextModel(source, noEncoder)).rejects.toThrow(message);
  });
});
