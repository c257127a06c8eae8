/** The model that `nsr sft` begins with: its shape by the options, its tokenizer spelling the task's characters or from a folder. */
import { createCharacterTokenizer } from '../model/characterTokenizer';
import type { Architecture, ModelConfig } from '../model/config';
import { loadTokenizer, type Tokenizer } from '../model/tokenizer';
import { InputError } from '../lib/errors';
import type { Task } from '../tasks/parts/types';
import type { Arguments, OptionSpec } from './arguments';
import { folderSource } from './files';
import { startTextWorker } from './threads';

export const modelOptions = {
  tokenizer: { value: 'DIR', help: 'folder with tokenizer.json (by default one token per character of the task)' },
  architecture: { value: 'KIND', help: 'llama or qwen2, which has biases on q, k and v (llama)' },
  width: { value: 'N', help: 'hidden size (64)' },
  layers: { value: 'N', help: 'decoder layers (3)' },
  heads: { value: 'N', help: 'attention heads (4)' },
  'kv-heads': { value: 'N', help: 'heads of keys and values (as many as heads)' },
  'feed-forward': { value: 'N', help: 'inner size of the feed-forward block (192)' },
} as const satisfies Record<string, OptionSpec>;

export interface SupervisedModel {
  readonly config: ModelConfig;
  readonly tokenizer: Tokenizer;
  /** Files of a tokenizer that are copied as they are, by name. */
  readonly files: ReadonlyMap<string, string>;
}

/** Throws `InputError` on sizes that do not go together and on a tokenizer without an end token. */
export async function readSupervisedModel(args: Arguments, task: Task): Promise<SupervisedModel> {
  const files = args.has('tokenizer') ? await readTokenizerFiles(args.text('tokenizer')) : spellingFiles(task);
  const json = files.get('tokenizer.json') ?? '';
  const tokenizer = loadTokenizer(json, files.get('tokenizer_config.json') ?? null, startTextWorker);
  const { eosTokenId } = tokenizer;
  if (eosTokenId === null)
    throw new InputError('--tokenizer', args.text('tokenizer'), 'a tokenizer_config.json that names an eos_token');
  return { config: readConfig(args, task, tokenizer.vocabularySize, eosTokenId), tokenizer, files };
}

function spellingFiles(task: Task): Map<string, string> {
  const { tokenizerJson, tokenizerConfigJson } = createCharacterTokenizer(task.alphabet);
  return new Map([
    ['tokenizer.json', tokenizerJson],
    ['tokenizer_config.json', tokenizerConfigJson],
  ]);
}

async function readTokenizerFiles(folder: string): Promise<Map<string, string>> {
  const source = folderSource(folder);
  const files = new Map<string, string>();
  for (const name of ['tokenizer.json', 'tokenizer_config.json', 'generation_config.json'])
    if (await source.exists(name)) files.set(name, await source.readText(name));
  if (!files.has('tokenizer.json')) throw new InputError('--tokenizer', folder, 'a folder with tokenizer.json');
  return files;
}

function readConfig(args: Arguments, task: Task, vocabularySize: number, eosTokenId: number): ModelConfig {
  const width = args.integer('width', 2, 8192, 64);
  const heads = args.integer('heads', 1, 256, 4);
  if (width % heads !== 0 || (width / heads) % 2 !== 0)
    throw new InputError('--heads', heads, `a number that divides --width = ${width} into even parts`);
  const kvHeads = args.integer('kv-heads', 1, heads, heads);
  if (heads % kvHeads !== 0) throw new InputError('--kv-heads', kvHeads, `a divisor of --heads = ${heads}`);
  const architecture: Architecture = args.choice('architecture', ['llama', 'qwen2'], 'llama');
  return {
    architecture,
    hiddenSize: width,
    layers: args.integer('layers', 1, 128, 3),
    heads,
    kvHeads,
    headDim: width / heads,
    intermediateSize: args.integer('feed-forward', 1, 65_536, 192),
    vocabularySize,
    rmsNormEps: 1e-6,
    ropeTheta: 10_000,
    tiedEmbeddings: true,
    qkvBias: architecture === 'qwen2',
    qkNorm: false,
    maxPositions: task.maxPromptTokens + task.maxNewTokens,
    bosTokenId: null,
    eosTokenIds: [eosTokenId],
    padTokenId: eosTokenId,
  };
}
