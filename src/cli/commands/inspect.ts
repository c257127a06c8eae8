import type { Experiment } from '../../experiment/types';
import { monotonicClock } from '../../lib/clock';
import { openModels } from '../../trainer/openRun';
import { initialState } from '../../trainer/state';
import { trainStep } from '../../trainer/step';
import type { Command } from '../command';
import { readExperiment } from '../experimentOption';
import { checkOutput, writeOutput } from '../files';
import { inspectAnswer } from '../inspectAnswer';
import { openTextModel } from '../openTextModel';
import { findModelFolder } from '../project';

export const command: Command = {
  summary: 'per-token gradient and distribution before and after one update',
  options: {
    model: { value: 'ID|DIR', help: 'a shipped model or a folder in Hugging Face layout' },
    experiment: { value: 'FILE|PRESET|URL', help: 'decides rollout, advantages and update' },
    samples: { value: 'N', help: 'answers to look at (4)' },
    top: { value: 'N', help: 'tokens shown per position (8)' },
    continuations: { value: 'N', help: 'sampled per pushed-down token, to say where its probability goes (64)' },
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
    const opened = await openTextModel(await findModelFolder('--model', args.text('model')));
    const { gpu, model } = opened;
    const { tokenizer } = model;
    const models = await openModels(opened, experiment);
    const before = await models.makeLens();
    const world = { ...models, clock: monotonicClock, onProgress: () => undefined };
    const { row, rollouts } = await trainStep(world, experiment, initialState);
    const chosen = rollouts.slice(0, args.integer('samples', 1, 1024, 4));
    const step = { temperature: row.temperature, rollouts };
    const { tokenText } = tokenizer;
    const handing = {
      task: models.task,
      codec: models.codec,
      samples: args.integer('continuations', 1, 1e5, 64),
      seed,
    };
    const look = { before, after: models.policy, tokenText, topK: args.integer('top', 1, 1000, 8), handing };
    const samples = [];
    for (const one of chosen) samples.push(await inspectAnswer(step, one, look));
    gpu.check();
    for (const { prompt, text, reason } of samples) progress(`${prompt}${text}  (${reason})`);
    const { rollouts: _, ...metrics } = row;
    const result = { experiment: experiment.objective.name, seed, metrics, samples };
    if (out !== null) writeOutput(out, `${JSON.stringify(result, null, 2)}\n`);
    return result;
  },
};
