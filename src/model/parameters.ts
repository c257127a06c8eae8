/** Names and shapes of a checkpoint's tensors, in Hugging Face's names, and the check of a checkpoint against them. */
import type { ModelConfig } from './config';
import {
  describeDecoder,
  linearRoles,
  type Decoder,
  type Gain,
  type HeadKind,
  type LayerDescription,
  type LinearMap,
  type LinearRole,
} from './description';
import { oneLine } from '../lib/errors';
import { FileFormatError } from './fileError';

/** A tensor of a checkpoint and the part of the decoder that it is. */
export interface DecoderTensor {
  readonly name: string;
  /** Matrices are [out, in]. */
  readonly shape: readonly number[];
  readonly place: TensorRole;
}

/** `first`: first row in the map's matrix, or first value in its bias. */
export type TensorRole =
  | { readonly of: 'embedding' | 'finalNorm' }
  | { readonly of: 'head'; readonly first: number }
  | { readonly of: 'matrix' | 'bias'; readonly layer: number; readonly linear: LinearRole; readonly first: number }
  | { readonly of: 'gain'; readonly layer: number; readonly gain: 'attentionNorm' | 'mlpNorm' | 'qGain' | 'kGain' };

/** Every tensor in the order of the forward pass; the head only where it is not the embedding. */
export function tensorsOf(decoder: Decoder): DecoderTensor[] {
  const { embedding, head, finalNorm, tied } = decoder;
  const matrices = ({ parts, width }: Pick<LinearMap, 'parts' | 'width'>, place: (first: number) => TensorRole) =>
    parts.map(({ tensor, rows, first }) => ({ name: `${tensor}.weight`, shape: [rows, width], place: place(first) }));
  return [
    ...matrices(embedding, () => ({ of: 'embedding' })),
    ...Array.from({ length: decoder.layers }, (_, layer) => layerTensors(decoder.layer, layer)).flat(),
    { name: `${finalNorm.tensor}.weight`, shape: [finalNorm.width], place: { of: 'finalNorm' } },
    ...(tied ? [] : matrices(head, (first) => ({ of: 'head', first }))),
  ];
}

function layerTensors({ linears, norms, headNorms }: LayerDescription, layer: number): DecoderTensor[] {
  const prefix = `model.layers.${layer}`;
  const gainOf = (gain: 'attentionNorm' | 'mlpNorm' | 'qGain' | 'kGain', described: Gain): DecoderTensor => ({
    name: `${prefix}.${described.tensor}.weight`,
    shape: [described.width],
    place: { of: 'gain', layer, gain },
  });
  return linearRoles.flatMap((linear): DecoderTensor[] => {
    const { parts, norm, width, bias } = linears[linear];
    const before = norm === 'attentionNorm' || norm === 'mlpNorm' ? [gainOf(norm, norms[norm])] : [];
    const own = parts.flatMap(({ tensor, rows, first }): DecoderTensor[] => {
      const name = `${prefix}.${tensor}`;
      const weight = {
        name: `${name}.weight`,
        shape: [rows, width],
        place: { of: 'matrix', layer, linear, first },
      } as const;
      if (!bias) return [weight];
      return [weight, { name: `${name}.bias`, shape: [rows], place: { of: 'bias', layer, linear, first } }];
    });
    const after =
      linear === 'qkv' && headNorms ? [gainOf('qGain', headNorms.qGain), gainOf('kGain', headNorms.kGain)] : [];
    return [...before, ...own, ...after];
  });
}

/** Every parameter of the model in the order of the forward pass; the head only where it is not the embedding. */
export function expectedParameters(config: ModelConfig, head: HeadKind = 'vocabulary'): DecoderTensor[] {
  return tensorsOf(describeDecoder(config, head));
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

interface NamedShape {
  readonly name: string;
  readonly shape: readonly number[];
}

/** What tensors of a file lack, have in another shape, or do not belong to. `meant`: the file that says the shapes; `whole`: what
 * each must be a part of. */
export function tensorProblems(
  expected: readonly NamedShape[],
  found: ReadonlyMap<string, { readonly shape: readonly number[] }>,
  { meant, whole }: { readonly meant: string; readonly whole: string },
): string[] {
  const problems: string[] = [];
  for (const { name, shape } of expected) {
    const tensor = found.get(name);
    if (tensor === undefined) problems.push(`${name} is missing`);
    else if (tensor.shape.join() !== shape.join()) {
      problems.push(`${name} is [${oneLine(tensor.shape.join(', '), 60)}], ${meant} means [${shape.join(', ')}]`);
    }
  }
  const names = new Set(expected.map(({ name }) => name));
  for (const name of found.keys()) {
    if (!names.has(name)) problems.push(`${oneLine(name, 80)} is not ${whole}`);
  }
  return problems;
}

/** Checks a checkpoint's names and shapes against the config. Throws one `FileFormatError` that lists every tensor
 * that is missing, of another shape or not known. */
export function checkParameters(
  config: ModelConfig,
  found: ReadonlyMap<string, { readonly shape: readonly number[] }>,
  file: string,
): void {
  const needed = new Map([...found].filter(([name]) => !isRedundant(name, config)));
  const words = { meant: 'config.json', whole: 'a parameter of this model' };
  const problems = tensorProblems(expectedParameters(config), needed, words);
  if (problems.length > 0)
    throw new FileFormatError(file, `${problems.length} of the tensors do not fit config.json: ${problems.join('; ')}`);
}

/** Refuses NaN and infinity, naming the tensor. */
export function checkFinite(name: string, data: Float32Array, file: string): void {
  const index = data.findIndex((value) => !Number.isFinite(value));
  if (index >= 0)
    throw new FileFormatError(file, `tensor ${name} has a value that is not finite (${data[index]} at ${index})`);
}
