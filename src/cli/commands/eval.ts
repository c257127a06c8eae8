import { InputError } from '../../lib/errors';
import { evaluate, heldOutProblems, type EvaluationRequest } from '../../trainer/evaluate';
import { coolingPoints } from '../../trainer/exact/coolingCurve';
import { answerProbabilities } from '../../trainer/exact/answerProbabilities';
import { listRightSequences, type ListedProblem } from '../../trainer/exact/rightSequences';
import type { SamplingVariant } from '../../trainer/exact/samplingVariants';
import { openAnswers, type AnswerModel } from '../../trainer/openRun';
import { neutralAdapter } from '../../model/adapter/initialAdapter';
import { baseStorages } from '../../model/weights/baseStorage';
import type { Arguments } from '../arguments';
import type { Command } from '../command';
import { passTable } from '../passTable';
import { openTextModel } from '../openTextModel';
import { findModelFolder } from '../project';
import { promptOptions, readPrompt } from '../promptOption';
import { readTaskChoice, taskOptions } from '../task';
import { dataOptions, readTaskData } from '../taskData';
import { plainPrompts } from '../../trainer/promptCodec';
import { createTask } from '../../tasks/parts/registry';
import type { Task } from '../../tasks/parts/types';

export const command: Command = {
  summary: 'pass@k with bands, greedy accuracy and entropy on held-out problems',
  interruptible: true,
  options: {
    model: { value: 'ID|DIR', help: 'a shipped model or a folder in Hugging Face layout' },
    ...taskOptions,
    ...dataOptions,
    ...promptOptions,
    exact: { help: 'from the probability of every right answer, for k up to 4096; all held-out problems by default' },
    temperatures: { value: 'T,...', help: 'with --exact: the exact curve over these too, from one forward pass' },
    'top-ps': { value: 'P,...', help: 'with --exact: the same over nuclei at temperature 1' },
    'top-ks': { value: 'K,...', help: 'with --exact: the same over top-k at temperature 1' },
    solutions: {
      value: 'N',
      help: 'with --exact: the probability of every right answer of the first N problems, likeliest first',
    },
    problems: { value: 'N', help: 'held-out problems (192; all with --exact)' },
    samples: { value: 'N', help: 'samples per problem (64; 256 with --papers)' },
    temperature: { value: 'T', help: 'sampling temperature (1; 0.6 with --papers)' },
    'top-p': { value: 'P', help: 'likeliest tokens that hold so much (1, off; 0.95 with --papers)' },
    'max-tokens': { value: 'N', help: "longest answer (the task's; 3072 with --papers)" },
    papers: { help: 'settings of the papers: 256 samples, temperature 0.6, top-p 0.95, 3072 tokens, all problems' },
    seed: { value: 'S', help: 'decides problems and draws (0)' },
    base: { value: 'NAME', help: 'matrices as the folder has them (stored), or quantised to 8 or 4 bits: q8, q4' },
  },
  async run(args, { progress, signal }) {
    const choice = readTaskChoice(args);
    const data = await readTaskData(args, choice);
    const task = createTask(choice.name, choice.params, data?.rows ?? null);
    const path = await findModelFolder('--model', args.text('model'));
    const exact = args.flag('exact');
    const request = readRequest(args, task);
    const variants = readVariants(args, exact);
    const solved = args.integer('solutions', 0, 1e6, 0);
    if (solved > 0 && !exact) throw new InputError('--solutions', solved, 'only with --exact');
    const base = args.choice('base', baseStorages, 'stored');
    const opened = await openTextModel(path);
    const { folder } = opened.model;
    // only weights beside an adapter are stored in fewer bits
    const adapter = opened.adapter ?? (base === 'stored' ? null : neutralAdapter(folder.config));
    const { maxNewTokens } = request;
    const settings = { prompt: readPrompt(args, plainPrompts), maxNewTokens };
    const world = await openAnswers({ ...opened, adapter, base, onNotice: progress }, task, settings);
    const start = performance.now();
    const processorStart = process.cpuUsage();
    const onProgress = (done: number, total: number): void => progress(`${done}/${total} problems`);
    const listed = exact ? listAnswers(world, request) : [];
    const curve = variants.length > 0 ? await exactCurve(world, listed, variants) : null;
    const solutions = solved > 0 ? await solutionsOf(world, listed.slice(0, solved), request.temperature) : null;
    const result = await evaluate(world, request, { onProgress, signal });
    opened.gpu.check();
    if (result === null) return undefined;
    progress(passTable([{ label: 'pass@k', evaluation: result }]));
    const { user, system } = process.cpuUsage(processorStart);
    return {
      model: path,
      task: task.name,
      ...(base === 'stored' ? {} : { base }),
      ...(data === null ? {} : { data: data.fingerprint }),
      seed: request.seed,
      ...result,
      ...(curve === null ? {} : { curve }),
      ...(solutions === null ? {} : { solutions }),
      seconds: (performance.now() - start) / 1000,
      processorSeconds: (user + system) / 1e6,
    };
  },
};

/** How the papers evaluate (arXiv 2506.01347). */
const papersSettings = { samples: 256, temperature: 0.6, topP: 0.95, maxNewTokens: 3072 };

function readRequest(args: Arguments, task: Task): EvaluationRequest {
  const exact = args.flag('exact');
  const papers = args.flag('papers');
  const usual = { samples: 64, temperature: 1, topP: 1, maxNewTokens: task.maxNewTokens };
  const { samples, temperature, topP, maxNewTokens } = papers ? papersSettings : usual;
  const request: EvaluationRequest = {
    method: exact ? 'exact' : 'sampled',
    problems: args.integer('problems', 1, 1e6, exact || papers ? task.heldOut.length : 192),
    samples: args.integer('samples', 1, 4096, samples),
    temperature: args.number('temperature', 0.01, 10, temperature),
    topP: args.number('top-p', 0.01, 1, topP),
    seed: args.integer('seed', 0, 2 ** 32 - 1, 0),
    maxNewTokens: args.integer('max-tokens', 1, 32_768, maxNewTokens),
  };
  if (exact && (request.topP ?? 1) < 1)
    throw new InputError('--exact', 'with top-p below 1', 'sampling: a nucleus has no sum');
  return request;
}

function readVariants(args: Arguments, exact: boolean): SamplingVariant[] {
  const plain: SamplingVariant = { temperature: 1, topK: 0, topP: 1 };
  const values = (option: string, min: number, max: number): number[] => {
    if (!args.has(option)) return [];
    if (!exact) throw new InputError(`--${option}`, args.text(option), 'only with --exact');
    return args
      .text(option)
      .split(',')
      .map((text) => {
        const value = Number(text);
        if (text.trim() === '' || !(value >= min && value <= max))
          throw new InputError(`--${option}`, text, `numbers from ${min} to ${max}, separated by commas`);
        return value;
      });
  };
  return [
    ...values('temperatures', 0.01, 10).map((temperature) => ({ ...plain, temperature })),
    ...values('top-ps', 0.01, 1).map((topP) => ({ ...plain, topP })),
    ...values('top-ks', 1, 1e6).map((topK) => ({ ...plain, topK })),
  ];
}

/** Throws `InputError` with the reason where right answers cannot be listed for this task and tokenizer. */
function listAnswers({ policy, task, codec }: AnswerModel, request: EvaluationRequest): readonly ListedProblem[] {
  const { vocabularySize, eosTokenId } = policy;
  const space = { vocabularySize, eosTokenId, maxNewTokens: request.maxNewTokens };
  const listed = listRightSequences(task, codec, heldOutProblems(task, request.problems, request.seed), space);
  if (!listed.ok) throw new InputError('--exact', task.name, `another task or model: ${listed.reason}`);
  return listed.value;
}

async function exactCurve(
  { policy }: AnswerModel,
  listed: readonly ListedProblem[],
  variants: readonly SamplingVariant[],
) {
  const cooling = await coolingPoints(policy, listed, variants);
  if (!cooling.ok) throw new InputError('--temperatures', variants.length, `fewer problems: ${cooling.reason}`);
  return cooling.value.points;
}

/** Every right answer of each problem with its probability, likeliest first. */
async function solutionsOf({ policy, codec }: AnswerModel, listed: readonly ListedProblem[], temperature: number) {
  const probabilities = await answerProbabilities(policy, listed, temperature);
  return listed.map(({ problem, completions }, p) => ({
    problem: problem.id,
    answers: completions
      .map((completion, i) => ({
        answer: codec.decode(completion),
        probability: Number((probabilities?.[p]?.[i] ?? NaN).toPrecision(6)),
      }))
      .sort((a, b) => b.probability - a.probability),
  }));
}
