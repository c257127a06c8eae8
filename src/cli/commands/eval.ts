import { evaluate } from '../../trainer/evaluate';
import { openAnswers } from '../../trainer/openRun';
import type { Command } from '../command';
import { passTable } from '../passTable';
import { openTextModel } from '../openTextModel';
import { findModelFolder } from '../project';
import { readTask, taskOptions } from '../task';

export const command: Command = {
  summary: 'pass@k with bands, greedy accuracy and entropy on held-out problems',
  interruptible: true,
  options: {
    model: { value: 'ID|DIR', help: 'a shipped model or a folder in Hugging Face layout' },
    ...taskOptions,
    problems: { value: 'N', help: 'held-out problems (192)' },
    samples: { value: 'N', help: 'samples per problem (64)' },
    temperature: { value: 'T', help: 'sampling temperature (1)' },
    seed: { value: 'S', help: 'decides problems and draws (0)' },
  },
  async run(args, { progress, signal }) {
    const task = readTask(args);
    const path = findModelFolder('--model', args.text('model'));
    const request = {
      problems: args.integer('problems', 1, 1e6, 192),
      samples: args.integer('samples', 1, 4096, 64),
      temperature: args.number('temperature', 0.01, 10, 1),
      seed: args.integer('seed', 0, 2 ** 32 - 1, 0),
      maxNewTokens: task.maxNewTokens,
    };
    const opened = await openTextModel(path);
    const world = await openAnswers(opened, task);
    const start = performance.now();
    const onProgress = (done: number, total: number): void => progress(`${done}/${total} problems`);
    const result = await evaluate(world, request, { onProgress, signal });
    opened.gpu.check();
    if (result === null) return undefined;
    progress(passTable([{ label: 'pass@k', evaluation: result }]));
    return { model: path, task: task.name, seed: request.seed, ...result, seconds: (performance.now() - start) / 1000 };
  },
};
