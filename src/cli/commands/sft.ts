import { basename, join } from 'node:path';
import { formatModelFolder } from '../../model/folder';
import { initialWeights } from '../../model/initialWeights';
import { checkMemory } from '../../model/memoryPlan';
import { createPolicy } from '../../model/policyModel';
import { countParameters } from '../../model/parameters';
import { roundToBfloat16 } from '../../model/halfFloat';
import { openDevice } from '../../gpu/device';
import { evaluate } from '../../trainer/evaluate';
import { supervisedStep, warmUpRate } from '../../trainer/supervised';
import type { Command } from '../command';
import { checkOutputFolder, systemMemoryBudget, writeOutput } from '../files';
import { modelCard } from '../modelCard';
import { passTable } from '../passTable';
import { supervisedCheckpoint } from '../supervisedCheckpoint';
import { modelOptions, readSupervisedModel } from '../supervisedModel';
import { readTask, readTaskChoice, taskOptions } from '../task';
import { plainPrompts, promptCodec } from '../../trainer/promptCodec';

export const command: Command = {
  summary: 'supervised warm-up: makes a base model',
  interruptible: true,
  options: {
    ...taskOptions,
    label: { value: 'TEXT', help: "the model's name for people (the folder's)" },
    out: { value: 'DIR', help: 'folder for the model, in Hugging Face layout' },
    steps: { value: 'N', help: 'optimiser steps (1000)' },
    batch: { value: 'N', help: 'demonstrations per step (128)' },
    'learning-rate': { value: 'X', help: 'peak (0.003)' },
    'warm-up': { value: 'N', help: 'steps of linear warm-up (50)' },
    decay: { value: 'N', help: 'last steps, over which the rate falls to 0 (all after the warm-up)' },
    ...modelOptions,
    weights: {
      value: 'KIND',
      help: 'how they are stored: float32 or bfloat16, to which they are rounded at the end (float32)',
    },
    seed: { value: 'S', help: 'decides weights and demonstrations (0)' },
    problems: { value: 'N', help: 'held-out problems of the final evaluation (192)' },
    samples: { value: 'N', help: 'samples per problem (64)' },
    'save-every': { value: 'N', help: 'steps between checkpoints in DIR/sft, 0 = none (0)' },
    resume: { help: 'go on from the checkpoint in DIR/sft' },
  },
  async run(args, { progress, signal }) {
    const out = args.text('out');
    const resumes = args.flag('resume');
    checkOutputFolder('--out', out, args.flag('force') || resumes);
    const task = readTask(args);
    const { config, tokenizer, files: tokenizerFiles } = await readSupervisedModel(args, task);
    const steps = args.integer('steps', 0, 1e6, 1000);
    const rate = args.number('learning-rate', 0, 1, 3e-3);
    const warmUp = args.integer('warm-up', 0, 1e6, 50);
    const decay = args.integer('decay', 0, 1e6, Math.max(0, steps - warmUp));
    const seed = args.integer('seed', 0, 2 ** 32 - 1, 0);
    const options = {
      batch: args.integer('batch', 1, 65_536, 128),
      seed,
      optimizer: { beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0.01, maxGradNorm: 1 },
    };
    const request = {
      problems: args.integer('problems', 1, 1e6, 192),
      method: 'sampled' as const,
      samples: args.integer('samples', 1, 4096, 64),
      temperature: 1,
      seed: 0,
      maxNewTokens: task.maxNewTokens,
    };

    const stored = args.choice('weights', ['float32', 'bfloat16'], 'float32');
    const saveEvery = args.integer('save-every', 0, 1e6, 0);
    const choice = readTaskChoice(args);
    const settings = JSON.stringify({ choice, config, rate, warmUp, ...options });
    const checkpoint = supervisedCheckpoint(out, settings);

    const gpu = await openDevice();
    checkMemory(gpu, config, systemMemoryBudget());
    const weights = new Map(initialWeights(config, seed).map((tensor) => [tensor.name, tensor]));
    const policy = await createPolicy(gpu, config, weights);
    progress(`${countParameters(config)} parameters, ${task.train.length} train problems`);

    const world = { policy, task, codec: promptCodec(tokenizer, plainPrompts) };
    const start = performance.now();
    let done = resumes ? await checkpoint.load(policy, steps - decay) : 0;
    for (; done < steps && !signal.aborted; done += 1) {
      const learningRate = warmUpRate(done, rate, warmUp, steps, decay);
      const { lossNats, update } = await supervisedStep(world, { ...options, step: done, learningRate });
      if (update.skipped) throw new Error(`step ${done}: the gradient is not finite; lower the learning rate`);
      if ((done + 1) % 50 === 0 || done === 0) progress(`step ${done + 1}/${steps}  loss ${lossNats.toFixed(4)} nats`);
      if (saveEvery > 0 && (done + 1) % saveEvery === 0) await checkpoint.save(policy, done + 1, steps - decay);
    }
    if (signal.aborted && saveEvery > 0) {
      await checkpoint.save(policy, done, steps - decay);
      policy.dispose();
      return { out, steps: done, resume: true };
    }
    const seconds = (performance.now() - start) / 1000;
    const trained = (await policy.save()).parameters;
    const parameters = stored === 'float32' ? trained : trained.map(roundToBfloat16);
    if (stored === 'bfloat16') await policy.loadTensors(new Map(parameters.map((tensor) => [tensor.name, tensor])));
    const evaluation = await evaluate(world, request, { signal });
    gpu.check();
    if (evaluation !== null) progress(passTable([{ label: 'held out', evaluation }]));

    const result = { task: choice, seed, steps: done, parameters: countParameters(config), seconds, evaluation };
    const files = formatModelFolder({ config, tensors: parameters, tokenizerJson: null, tokenizerConfigJson: null });
    for (const [name, content] of [...files, ...tokenizerFiles]) writeOutput(join(out, name), content);
    writeOutput(
      join(out, 'README.md'),
      modelCard(
        out,
        process.argv.slice(3).filter((word) => word !== '--force' && word !== '--resume'),
        {
          ...result,
          architecture: config.architecture,
          spells: !args.has('tokenizer'),
          label: args.has('label') ? args.text('label') : basename(out),
          adapter: gpu.adapter.description,
        },
      ),
    );
    checkpoint.remove();
    policy.dispose();
    return { out, ...result };
  },
};
