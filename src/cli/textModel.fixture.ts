/** A model folder that reads any text, for tests of the command line: random weights, Qwen2's shape, a byte-level tokenizer with chat template. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelConfig } from '../model/config';
import { formatModelFolder } from '../model/folder';
import { initialWeights } from '../model/initialWeights';
import { qwenLike } from '../text/tokenizers.fixture';

/** Rows of the embedding past the tokenizer's ids. */
export const paddingRows = 21;

/** Writes the folder. `ids`: how many the tokenizer has; the two end tokens come from config.json and generation_config.json. */
export function writeTextModel(folder: string): { readonly config: ModelConfig; readonly ids: number } {
  const { tokenizerJson, tokenizerConfigJson } = qwenLike();
  const { added_tokens: added } = JSON.parse(tokenizerJson) as {
    readonly added_tokens: readonly { readonly id: number }[];
  };
  const ids = 1 + Math.max(...added.map(({ id }) => id));
  const [endOfText] = added.map(({ id }) => id);
  const config: ModelConfig = {
    architecture: 'qwen2',
    hiddenSize: 32,
    layers: 2,
    heads: 4,
    kvHeads: 2,
    headDim: 8,
    intermediateSize: 64,
    vocabularySize: ids + paddingRows,
    rmsNormEps: 1e-6,
    ropeTheta: 10_000,
    tiedEmbeddings: true,
    qkvBias: true,
    qkNorm: false,
    maxPositions: 256,
    bosTokenId: null,
    eosTokenIds: [endOfText ?? 0],
    padTokenId: null,
  };
  const files = formatModelFolder({ config, tensors: initialWeights(config, 1), tokenizerJson, tokenizerConfigJson });
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of files) writeFileSync(join(folder, name), content);
  writeFileSync(
    join(folder, 'generation_config.json'),
    JSON.stringify({ eos_token_id: [(endOfText ?? 0) + 2, endOfText] }),
  );
  return { config, ids };
}
