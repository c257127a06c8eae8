import { basename, join } from 'node:path';
import { createCharacterTokenizer } from '../../model/characterTokenizer';
import type { ModelConfig } from '../../model/config';
import { formatModelFolder } from '../../model/folder';
import { initialWeights } from '../../model/initialWeights';
import { checkMemory } from '../../model/memoryPlan';
import { createPolicy } from '../../model/policyModel';
import { countParameters } from '../../model/parameters';
import { loadTokenizer } from '../../model/tokenizer';
import { openDevice } from '../../gpu/device';
import { InputError } from '../../lib/errors';
import type { Task } from '../../tasks/parts/types';
import { evaluate } from '../../trainer/evaluate';
import { supervisedStep, warmUpRate } from '../../trainer/supervised';
import type { Arguments } from '../arguments';
import type { Command } from '../command';
import { checkOutputFolder, systemMemoryBudget, writeOutput } from '../files';
import { modelCard } from '../modelCard';
import { passTable } from '../passTable';
import { readTask, readTaskChoice, taskOptions } from '../task';
import { plainPrompts, promptCodec } from '../../trainer/promptCodec';
import { startTextWorker } from '../threads';

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
    decay: { value: 'KIND', help: 'linear (down to 0 at the end) or none (linear)' },
    width: { value: 'N', help: 'hidden size (64)' },
    layers: { value: 'N', help: 'decoder layers (3)' },
    heads: { value: 'N', help: 'attention heads (4)' },
    'feed-forward': { value: 'N', help: 'inner size of the feed-forward block (192)' },
    seed: { value: 'S', help: 'decides weights and demonstrations (0)' },
    problems: { value: 'N', help: 'held-out problems of the final evaluation (192)' },
    samples: { value: 'N', help: 'samples per problem (64)' },
  },
  async run(args, { progress, signal }) {
    const out = args.text('out');
    checkOutputFolder('--out', out, args.flag('force'));
    const task = readTask(args);
    const config = readConfig(args, task);
    const steps = args.integer('steps', 0, 1e6, 1000);
    const rate = args.number('learning-rate', 0, 1, 3e-3);
    const warmUp = args.integer('warm-up', 0, 1e6, 50);
    const decay = args.choice('decay', ['linear', 'none'], 'linear') === 'linear';
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

    const tokenizerFiles = createCharacterTokenizer(task.alphabet);
    const tokenizer = loadTokenizer(tokenizerFiles.tokenizerJson, tokenizerFiles.tokenizerConfigJson, startTextWorker);
    const gpu = await openDevice();
    checkMemory(gpu, config, systemMemoryBudget());
    const weights = new Map(initialWeights(config, seed).map((tensor) => [tensor.name, tensor]));
    const policy = await createPolicy(gpu, config, weights);
    progress(`${countParameters(config)} parameters, ${task.train.length} train problems`);

    const world = { policy, task, codec: promptCodec(tokenizer, plainPrompts) };
    const start = performance.now();
    let done = 0;
    for (; done < steps && !signal.aborted; done += 1) {
      const learningRate = warmUpRate(done, steps, rate, warmUp, decay);
      const { lossNats, update } = await supervisedStep(world, { ...options, step: done, learningRate });
      if (update.skipped) throw new Error(`step ${done}: the gradient is not finite; lower the learning rate`);
      if ((done + 1) % 50 === 0 || done === 0) progress(`step ${done + 1}/${steps}  loss ${lossNats.toFixed(4)} nats`);
    }
    const seconds = (performance.now() - start) / 1000;
    const evaluation = await evaluate(world, request, { signal });
    gpu.check();
    const { parameters } = await policy.save();
    if (evaluation !== null) progress(passTable([{ label: 'held out', evaluation }]));

    const choice = readTaskChoice(args);
    const result = { task: choice, seed, steps: done, parameters: countParameters(config), seconds, evaluation };
    const files = formatModelFolder({ config, tensors: parameters, ...tokenizerFiles });
    for (const [name, content] of files) writeOutput(join(out, name), content);
    writeOutput(
      join(out, 'README.md'),
      modelCard(
        out,
        process.argv.slice(3).filter((word) => word !== '--force'),
        { ...result, label: args.has('label') ? args.text('label') : basename(out), adapter: gpu.adapter.description },
      ),
    );
    policy.dispose();
    return { out, ...result };
  },
};

function readConfig(args: Arguments, task: Task): ModelConfig {
  const width = args.integer('width', 2, 8192, 64);
  const heads = args.integer('heads', 1, 256, 4);
  if (width % heads !== 0 || (width / heads) % 2 !== 0) {
    throw new InputError('--heads', heads, `a number that divides --width = ${width} into even parts`);
  }
  return {
    architecture: 'llama',
    hiddenSize: width,
    layers: args.integer('layers', 1, 128, 3),
    heads,
    kvHeads: heads,
    headDim: width / heads,
    intermediateSize: args.integer('feed-forward', 1, 65_536, 192),
    vocabularySize: 1 + Array.from(task.alphabet).length,
    rmsNormEps: 1e-6,
    ropeTheta: 10_000,
    tiedEmbeddings: true,
    qkvBias: false,
    qkNorm: false,
    maxPositions: task.maxPromptTokens + task.maxNewTokens,
    bosTokenId: null,
    eosTokenIds: [0],
    padTokenId: 0,
  };
}
