/**
 * What quantised weights cost a model: `node scripts/run.mjs scripts/study/quantisation.ts` prints the table of docs/engine.md, for the
 * shipped models and a random one of larger width. Each model with q8 and q4 is compared with itself as it is stored, on sequences
 * that it sampled as stored (a shipped one after prompts of its task).
 *
 * logits: ||z' - z|| / ||z||, each row's mean taken off, since softmax does not see it; KL: mean of KL(stored || quantised) over
 * the tokens, nats.
 */
import { join } from 'node:path';
import { selectDriver } from '../../src/cli/driver.ts';
import { folderSource } from '../../src/cli/files.ts';
import { projectFolder } from '../../src/cli/project.ts';
import { startTextWorker } from '../../src/cli/threads.ts';
import { openDevice, type Gpu } from '../../src/gpu/device.ts';
import { at } from '../../src/lib/invariant.ts';
import { logSumExp, relativeError } from '../../src/lib/numeric.ts';
import { createRng } from '../../src/lib/rng.ts';
import { mean } from '../../src/lib/stats.ts';
import { neutralAdapter } from '../../src/model/adapter/initialAdapter.ts';
import type { ModelConfig } from '../../src/model/config.ts';
import { elementCount, expectedParameters } from '../../src/model/parameters.ts';
import { createPolicy, type PolicyModel } from '../../src/model/policyModel.ts';
import type { BaseStorage } from '../../src/model/weights/baseStorage.ts';
import type { NamedWeights } from '../../src/model/weights/tensorImage.ts';
import { createTask } from '../../src/tasks/parts/registry.ts';
import { readTextModel } from '../../src/trainer/textModel.ts';

/** A model with prompts of what it is for. */
interface Subject {
  readonly name: string;
  readonly config: ModelConfig;
  readonly tensors: ReadonlyMap<string, NamedWeights>;
  readonly prompts: readonly (readonly number[])[];
}

const shipped = [
  ['countdown4-strong', 'countdown', { numbers: 4 }],
  ['countdown3', 'countdown', { numbers: 3 }],
  ['countdown3-tiny', 'countdown', { numbers: 3 }],
  ['addition', 'addition', {}],
] as const;

async function shippedModel([name, taskName, params]: (typeof shipped)[number]): Promise<Subject> {
  const { folder, tokenizer } = await readTextModel(
    folderSource(join(projectFolder, 'public/models', name)),
    startTextWorker,
  );
  const task = createTask(taskName, params);
  const prompts = await tokenizer.encode(task.heldOut.slice(0, 64).map(({ prompt }) => prompt));
  return { name, config: folder.config, tensors: folder.tensors, prompts };
}

/** Normal weights of variance 1 / in, as a model begins with them; gains of 1. */
function randomModel(): Subject {
  const config: ModelConfig = {
    architecture: 'qwen2', hiddenSize: 512, layers: 4, heads: 8, kvHeads: 2, headDim: 64, intermediateSize: 1408,
    vocabularySize: 4096, rmsNormEps: 1e-6, ropeTheta: 1e6, tiedEmbeddings: false, qkvBias: true, qkNorm: false, maxPositions: 128,
    bosTokenId: null, eosTokenIds: [], padTokenId: null,
  }; // prettier-ignore
  const rng = createRng(1, 'quantisation');
  const tensors = expectedParameters(config).map(({ name, shape }): [string, NamedWeights] => {
    const [, width] = shape;
    const deviation = width === undefined ? 0 : name.includes('embed_tokens') ? 1 : 1 / Math.sqrt(width);
    const centre = width === undefined && !name.endsWith('.bias') ? 1 : 0;
    const data = Float32Array.from({ length: elementCount(shape) }, () => centre + deviation * rng.nextGaussian());
    return [name, { shape, data }];
  });
  const prompts = Array.from({ length: 8 }, () => [rng.int(4096), rng.int(4096)]);
  return { name: 'random, width 512, 4 layers', config, tensors: new Map(tensors), prompts };
}

/** Each row [vocabulary] less its mean. */
function centredRows(logits: readonly Float32Array[], vocabulary: number): Float64Array[] {
  return logits.flatMap((sequence) =>
    Array.from({ length: sequence.length / vocabulary }, (_, t) => {
      const row = Float64Array.from(sequence.subarray(t * vocabulary, (t + 1) * vocabulary));
      const middle = mean(row);
      return row.map((logit) => logit - middle);
    }),
  );
}

function divergence(stored: Float64Array, other: Float64Array): number {
  const [normal, otherNormal] = [logSumExp(stored), logSumExp(other)];
  return stored.reduce((sum, logit, i) => {
    const logp = logit - normal;
    return sum + Math.exp(logp) * (logp - (at(other, i) - otherNormal));
  }, 0);
}

async function measure(gpu: Gpu, { name, config, tensors, prompts }: Subject): Promise<string> {
  const adapter = neutralAdapter(config);
  const open = (base: BaseStorage): Promise<PolicyModel> => createPolicy(gpu, config, tensors, { adapter, base });
  const rowsOf = async (policy: PolicyModel, sequences: Parameters<PolicyModel['completionLogits']>[0]) =>
    centredRows(await policy.completionLogits(sequences), config.vocabularySize);

  const stored = await open('stored');
  const room = config.maxPositions - Math.max(...prompts.map((prompt) => prompt.length));
  const { sequences } = await stored.rollout({
    prompts, groupSize: 2, maxNewTokens: Math.min(16, room), temperature: 1, topK: 0, topP: 1, greedy: false, seed: 1, stream: 0,
  }); // prettier-ignore
  const given = sequences.map(({ promptIndex, completion }) => ({ prompt: at(prompts, promptIndex), completion }));
  const expected = await rowsOf(stored, given);
  const storedBytes = stored.memory()['weights'] ?? NaN;
  stored.dispose();
  const lines: string[] = [];
  for (const base of ['q8', 'q4'] as const) {
    const policy = await open(base);
    const found = await rowsOf(policy, given);
    const bytes = policy.memory()['weights'] ?? NaN;
    policy.dispose();
    const error = relativeError(Float64Array.from(found.flatMap((row) => [...row])), Float64Array.from(expected.flatMap((row) => [...row]))); // prettier-ignore
    const kl = mean(expected.map((row, i) => divergence(row, at(found, i))));
    const kept = mean(expected.map((row, i) => (best(row) === best(at(found, i)) ? 1 : 0)));
    const size = `${((100 * bytes) / storedBytes).toFixed(0)} %`;
    lines.push(`| ${[name, expected.length, base, size, error.toExponential(1), kl.toExponential(1), `${(100 * kept).toFixed(1)} %`].join(' | ')} |`); // prettier-ignore
  }
  return lines.join('\n');
}

const best = (row: Float64Array): number => row.indexOf(row.reduce((most, value) => Math.max(most, value), -Infinity));

selectDriver('default');
const gpu = await openDevice();
console.log('| model | tokens | base | of the stored bytes | logits | KL | likeliest token kept |');
console.log('| --- | --- | --- | --- | --- | --- | --- |');
for (const model of shipped) console.log(await measure(gpu, await shippedModel(model)));
console.log(await measure(gpu, randomModel()));
gpu.destroy();
process.exit(0);
