import { evaluate } from '../../trainer/evaluate';
import type { Command } from '../command';
import { passTable } from '../passTable';
import { findModelFolder } from '../project';
import { readTask, taskOptions } from '../task';
import { checkAlphabet, openTextModel } from '../textModel';

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
    const model = await openTextModel(path);
    checkAlphabet(model, task);
    const start = performance.now();
    const result = await evaluate(
      model.policy,
      task,
      model.tokenizer,
      request,
      (done, total) => progress(`${done}/${total} problems`),
      signal,
    );
    model.gpu.check();
    if (result === null) return undefined;
    progress(passTable([{ label: 'pass@k', evaluation: result }]));
    return { model: path, task: task.name, seed: request.seed, ...result, seconds: (performance.now() - start) / 1000 };
  },
};
