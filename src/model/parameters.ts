/** Names and shapes of a checkpoint's tensors, in Hugging Face's names, and the check of a checkpoint against them. */
import type { ModelConfig } from './config';
import { oneLine } from '../lib/errors';
import { FileFormatError } from './fileError';

export interface ParameterShape {
  readonly name: string;
  /** Matrices are [out, in]. */
  readonly shape: readonly number[];
}

/** Log-probabilities of the next token, or one value per position (a critic; Hugging Face's ...ForSequenceClassification). */
export type HeadKind = 'vocabulary' | 'value';

/** Every parameter of the model in the order of the forward pass; the head only where it is not the embedding. */
export function expectedParameters(config: ModelConfig, head: HeadKind = 'vocabulary'): ParameterShape[] {
  const { hiddenSize: d, headDim, intermediateSize: ff, vocabularySize } = config;
  const q = config.heads * headDim;
  const kv = config.kvHeads * headDim;
  const parameters: ParameterShape[] = [];
  const add = (name: string, ...shape: readonly number[]) => parameters.push({ name, shape });

  add('model.embed_tokens.weight', vocabularySize, d);
  for (let layer = 0; layer < config.layers; layer += 1) {
    const prefix = `model.layers.${layer}`;
    add(`${prefix}.input_layernorm.weight`, d);
    const widths = [
      ['q_proj', q],
      ['k_proj', kv],
      ['v_proj', kv],
    ] as const;
    for (const [projection, width] of widths) {
      add(`${prefix}.self_attn.${projection}.weight`, width, d);
      if (config.qkvBias) add(`${prefix}.self_attn.${projection}.bias`, width);
    }
    if (config.qkNorm) {
      add(`${prefix}.self_attn.q_norm.weight`, headDim);
      add(`${prefix}.self_attn.k_norm.weight`, headDim);
    }
    add(`${prefix}.self_attn.o_proj.weight`, d, q);
    add(`${prefix}.post_attention_layernorm.weight`, d);
    add(`${prefix}.mlp.gate_proj.weight`, ff, d);
    add(`${prefix}.mlp.up_proj.weight`, ff, d);
    add(`${prefix}.mlp.down_proj.weight`, d, ff);
  }
  add('model.norm.weight', d);
  if (head === 'value') add('score.weight', 1, d);
  else if (!config.tiedEmbeddings) add('lm_head.weight', vocabularySize, d);
  return parameters;
}

/** Number of scalars in all parameters. */
export function countParameters(config: ModelConfig): number {
  return expectedParameters(config).reduce((sum, { shape }) => sum + elementCount(shape), 0);
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Tensors that checkpoints carry and no model of ours needs: a head that repeats the tied embedding, and the rotary
 * frequencies that old Llama exports stored. */
function isRedundant(name: string, config: ModelConfig): boolean {
  return (
    (config.tiedEmbeddings && name === 'lm_head.weight') ||
    /^model\.layers\.\d+\.self_attn\.rotary_emb\.inv_freq$/.test(name)
  );
}

/** Checks a checkpoint's names and shapes against the config. Throws one `FileFormatError` that lists every tensor
 * that is missing, of another shape or not known. */
export function checkParameters(
  config: ModelConfig,
  found: ReadonlyMap<string, { readonly shape: readonly number[] }>,
  file: string,
): void {
  const expected = expectedParameters(config);
  const problems: string[] = [];
  for (const { name, shape } of expected) {
    const tensor = found.get(name);
    if (tensor === undefined) problems.push(`${name} is missing`);
    else if (tensor.shape.join() !== shape.join()) {
      problems.push(`${name} is [${oneLine(tensor.shape.join(', '), 60)}], config.json means [${shape.join(', ')}]`);
    }
  }
  const names = new Set(expected.map(({ name }) => name));
  for (const name of found.keys()) {
    if (!names.has(name) && !isRedundant(name, config))
      problems.push(`${oneLine(name, 80)} is not a parameter of this model`);
  }
  if (problems.length > 0)
    throw new FileFormatError(file, `${problems.length} of the tensors do not fit config.json: ${problems.join('; ')}`);
}

/** Refuses NaN and infinity, naming the tensor. */
export function checkFinite(name: string, data: Float32Array, file: string): void {
  const index = data.findIndex((value) => !Number.isFinite(value));
  if (index >= 0)
    throw new FileFormatError(file, `tensor ${name} has a value that is not finite (${data[index]} at ${index})`);
}
