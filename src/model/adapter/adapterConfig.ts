/** Low-rank adapters (LoRA, Hu et al. 2021, arXiv:2106.09685): y = W x + s B A x with A [r, in], B [out, r], s = alpha / r, as PEFT's
 * adapter_config.json says it. What PEFT can do beyond that is refused by name: to ignore it would give silently wrong numbers. */
import { describeValue, InputError } from '../../lib/errors';
import { FileFormatError } from '../fileError';
import { parseModelJson } from '../modelJson';

/** The maps of a layer, named as Hugging Face's modules end. */
export const adapterTargets = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'] as const;
export type AdapterTarget = (typeof adapterTargets)[number];

export interface AdapterConfig {
  /** r. */
  readonly rank: number;
  readonly alpha: number;
  /** Which maps have a product of low rank, in every layer; in the order of `adapterTargets`, at least one. */
  readonly targets: readonly AdapterTarget[];
  /** s = alpha / sqrt(r) (rank-stabilised, arXiv:2312.03732) in place of alpha / r. */
  readonly rankStabilised: boolean;
}

export const largestRank = 256;

/** s in y = W x + s B A x. */
export const adapterScale = ({ rank, alpha, rankStabilised }: AdapterConfig): number =>
  alpha / (rankStabilised ? Math.sqrt(rank) : rank);

/** Throws `InputError` naming the field: rank a whole number from 1 to 256, alpha positive, targets known. */
export function checkAdapter({ rank, alpha, targets }: AdapterConfig): void {
  if (!Number.isInteger(rank) || rank < 1 || rank > largestRank)
    throw new InputError('adapter.rank', rank, `a whole number from 1 to ${largestRank}`);
  if (!Number.isFinite(alpha) || alpha <= 0) throw new InputError('adapter.alpha', alpha, 'a number above 0');
  const unknown = targets.find((target) => !adapterTargets.includes(target));
  if (unknown !== undefined || targets.length === 0)
    throw new InputError('adapter.targets', unknown ?? targets, `some of ${adapterTargets.join(', ')}`);
}

const limits = { characters: 1_000_000, depth: 8, keys: 1000, items: 10_000, string: 10_000 };

/** Options of PEFT that change what an adapter computes, with the values that ours has. */
const required: Readonly<Record<string, readonly (string | number | boolean | null | undefined)[]>> = {
  peft_type: ['LORA'],
  bias: ['none', undefined],
  lora_dropout: [0, undefined],
  fan_in_fan_out: [false, undefined],
  use_dora: [false, undefined],
  use_qalora: [false, undefined],
  lora_bias: [false, undefined],
  modules_to_save: [null, undefined],
  layers_to_transform: [null, undefined],
  layers_pattern: [null, undefined],
  layer_replication: [null, undefined],
  trainable_token_indices: [null, undefined],
  exclude_modules: [null, undefined],
  target_parameters: [null, undefined],
};

/** Reads adapter_config.json; `file` names it in errors. Throws `FileFormatError` naming the key and its value. */
export function parseAdapterConfig(text: string, file = 'adapter_config.json'): AdapterConfig {
  const json = parseModelJson(text, file, limits);
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new FileFormatError(file, 'not a JSON object');
  const fields = new Map<string, unknown>(Object.entries(json));
  const fail = (key: string, allowed: string): never => {
    throw new FileFormatError(file, `${key} is ${describeValue(fields.get(key))}; allowed: ${allowed}`);
  };
  for (const [key, values] of Object.entries(required)) {
    if (!values.some((value) => value === fields.get(key)))
      fail(key, values.filter((value) => value !== undefined).join(' | '));
  }
  for (const key of ['rank_pattern', 'alpha_pattern']) {
    const pattern = fields.get(key) ?? {};
    if (typeof pattern !== 'object' || Object.keys(pattern).length > 0)
      fail(key, 'nothing: one rank and alpha for all');
  }
  const rank = fields.get('r');
  if (typeof rank !== 'number' || !Number.isInteger(rank) || rank < 1 || rank > largestRank)
    return fail('r', `a whole number from 1 to ${largestRank}`);
  const alpha = fields.get('lora_alpha');
  if (typeof alpha !== 'number' || !Number.isFinite(alpha) || alpha <= 0) return fail('lora_alpha', 'a number above 0');
  const rankStabilised = fields.get('use_rslora') ?? false;
  if (typeof rankStabilised !== 'boolean') return fail('use_rslora', 'true | false');
  return { rank, alpha, rankStabilised, targets: readTargets(fields.get('target_modules'), fail) };
}

function readTargets(given: unknown, fail: (key: string, allowed: string) => never): readonly AdapterTarget[] {
  if (given === 'all-linear') return adapterTargets;
  const names: readonly unknown[] = Array.isArray(given) ? given : [];
  const known: readonly unknown[] = adapterTargets;
  if (names.length === 0 || names.some((name) => !known.includes(name)))
    return fail('target_modules', `'all-linear', or a list of ${adapterTargets.join(', ')}`);
  return adapterTargets.filter((target) => names.includes(target));
}

/** adapter_config.json, as PEFT reads it. */
export function formatAdapterConfig({ rank, alpha, targets, rankStabilised }: AdapterConfig): string {
  const json = {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    r: rank,
    lora_alpha: alpha,
    lora_dropout: 0,
    bias: 'none',
    fan_in_fan_out: false,
    use_rslora: rankStabilised,
    use_dora: false,
    target_modules: targets,
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}
