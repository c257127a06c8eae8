import { findAlgorithm } from '../../algorithms/parts/registry';
import type { Experiment } from '../../experiment/types';
import { softmax } from '../../lib/numeric';
import { at } from '../../lib/invariant';
import { monotonicClock } from '../../lib/clock';
import type { Policy } from '../../model/policy';
import { createCritic } from '../../model/criticModel';
import { createPolicy } from '../../model/policyModel';
import type { Tokenizer } from '../../model/tokenizer';
import { createTask } from '../../tasks/parts/registry';
import { contributionsAt, inspectToken, type Contribution } from '../../trainer/inspect';
import type { PreparedRollout } from '../../trainer/prepare';
import { initialState } from '../../trainer/state';
import { trainStep } from '../../trainer/step';
import { aggregationOptions, weightedSequences } from '../../trainer/weightedSequences';
import type { Command } from '../command';
import { readExperiment } from '../experimentOption';
import { checkOutput, writeOutput } from '../files';
import { findModelFolder } from '../project';
import { checkAlphabet, openTextModel } from '../textModel';

export const command: Command = {
  summary: 'per-token gradient and distribution before and after one update',
  options: {
    model: { value: 'ID|DIR', help: 'a shipped model or a folder in Hugging Face layout' },
    experiment: { value: 'FILE|PRESET|URL', help: 'decides rollout, advantages and update' },
    samples: { value: 'N', help: 'answers to look at (4)' },
    top: { value: 'N', help: 'tokens shown per position (8)' },
    seed: { value: 'S', help: 'seed, in place of that of the experiment' },
    out: { value: 'FILE', help: 'also write the result here' },
  },
  async run(args, { progress }) {
    const out = args.has('out') ? args.text('out') : null;
    if (out !== null) checkOutput('--out', out, args.flag('force'));
    const given = readExperiment('--experiment', args.text('experiment'));
    const seed = args.integer('seed', 0, 2 ** 32 - 1, given.seed);
    // One update on the whole batch: what is predicted for it can then be held against what it did.
    const experiment: Experiment = { ...given, seed, batch: { ...given.batch, updatesPerRollout: 1, innerEpochs: 1 } };
    const task = createTask(experiment.task.name, experiment.task.params);
    const model = await openTextModel(findModelFolder('--model', args.text('model')));
    checkAlphabet(model, task);
    const { gpu, folder, policy, tokenizer } = model;
    const before = await createPolicy(gpu, folder.config, folder.tensors);
    const { needsCritic } = findAlgorithm(experiment.objective.algorithm);
    const { row, rollouts } = await trainStep(
      {
        policy,
        task,
        codec: tokenizer,
        clock: monotonicClock,
        critic: needsCritic ? await createCritic(gpu, folder.config, folder.tensors) : null,
        reference: () => createPolicy(gpu, folder.config, folder.tensors),
        onProgress: () => undefined,
      },
      experiment,
      initialState,
    );
    const chosen = rollouts.slice(0, args.integer('samples', 1, 1024, 4));
    const contributions = contributionsFinder(experiment, row, rollouts);
    const look = {
      before,
      after: policy,
      tokenizer,
      temperature: row.temperature,
      topK: args.integer('top', 1, 1000, 8),
    };
    const samples = [];
    for (const prepared of chosen) samples.push(await inspectSample(prepared, contributions, look));
    gpu.check();
    for (const { prompt, text, reason } of samples) progress(`${prompt}${text}  (${reason})`);
    const { rollouts: _, ...metrics } = row;
    const result = { experiment: experiment.objective.name, seed, metrics, samples };
    if (out !== null) writeOutput(out, `${JSON.stringify(result, null, 2)}\n`);
    return result;
  },
};

type FindContributions = (prepared: PreparedRollout, position: number) => Contribution[];

/** Finds the samples of the batch that push the row of logits at one position of one answer. */
function contributionsFinder(
  experiment: Experiment,
  coefficients: Parameters<typeof aggregationOptions>[1],
  rollouts: readonly PreparedRollout[],
): FindContributions {
  const weighted = weightedSequences(rollouts, aggregationOptions(experiment, coefficients));
  const correct = rollouts.map(({ rollout }) => rollout.grade.reward === 1);
  return ({ rollout }, position) => contributionsAt(weighted, correct, rollout, position);
}

interface Look {
  readonly before: Policy;
  readonly after: Policy;
  readonly tokenizer: Tokenizer;
  readonly temperature: number;
  readonly topK: number;
}

async function inspectSample(prepared: PreparedRollout, contributions: FindContributions, look: Look) {
  const { rollout, confidence, weight, advantage } = prepared;
  const { prompt, completion, problem, text, grade, logp, entropy } = rollout;
  const row = [...prompt, ...completion];
  const [before] = await look.before.logits([row]);
  const [after] = await look.after.logits([row]);
  const vocabulary = look.before.vocabularySize;
  const rowAt = (logits: Float32Array | undefined, position: number) => {
    const start = (prompt.length + position - 1) * vocabulary;
    return (logits ?? new Float32Array()).slice(start, start + vocabulary);
  };
  const tokens = completion.map((id, position) => {
    const request = {
      before: rowAt(before, position),
      after: rowAt(after, position),
      temperature: look.temperature,
      contributions: contributions(prepared, position),
      stepSize: null,
      topK: look.topK,
    };
    const named = (form: 'ratio' | 'probability') => {
      const inspection = inspectToken({ ...request, form });
      return {
        ...inspection,
        tokens: inspection.tokens.map((one) => ({ text: look.tokenizer.tokenText(one.token), ...one })),
      };
    };
    return {
      text: look.tokenizer.tokenText(id),
      token: id,
      logpSampled: at(logp, position),
      entropySampled: at(entropy, position),
      advantage: at(advantage, position),
      probabilityBefore: at(softmax(request.before, look.temperature), id),
      probabilityAfter: at(softmax(request.after, look.temperature), id),
      ratio: named('ratio'),
      probability: named('probability'),
    };
  });
  return { prompt: problem.prompt, text, reward: grade.reward, reason: grade.reason, confidence, weight, tokens };
}
