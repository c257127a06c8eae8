/** Memory of a model, planned from its config before anything is allocated. */
import { formatBytes } from '../gpu/buffers';
import type { Gpu } from '../gpu/device';
import { rowBytes, type TensorType } from '../kernels/tensor';
import type { KernelVariant } from '../kernels/variant';
import { windowTokens } from '../kernels/vocabulary';
import { InputError } from '../lib/errors';
import { sum } from '../lib/numeric';
import { tableFloats } from './batch/uploadSlots';
import type { ModelConfig } from './config';
import { decodeFloats, gradientFloats, headFloats, layerFloats, sumFloats } from './decoder/buffers';
import { keepsLogits, logitFloats, usualLogitBytes } from './decoder/headWindows';
import { describeDecoder, type Decoder } from './description';
import { countParameters } from './parameters';
import { pagesFor, worstSlots } from './sampling/kvPages';
import { prefillCapacity } from './sampling/prefill';
import { shardLimits } from './weights/decoderWeights';
import { adapterTargets, type AdapterConfig } from './adapter/adapterConfig';
import { layoutAdapter } from './adapter/adapterLayout';
import { typeAmong } from './weights/baseStorage';
import { isTable, layoutParameters, matrixRegions, type ParameterLayout } from './weights/layout';
import { foldedRegions, pieceRows, wholeRegions } from './weights/pieces';

/** What trains: all weights, or an adapter beside weights whose matrices are stored as `base` (vectors in float32). */
export interface Tuning {
  readonly adapter: AdapterConfig;
  readonly base: TensorType;
}

export interface MemoryPlan {
  /** Bytes by role: weights, folded weights (their transposes), adapter, gradients, optimizer (two moments). */
  readonly roles: Readonly<Record<'weights' | 'folded weights' | 'adapter' | 'gradients' | 'optimizer', number>>;
  readonly total: number;
  /** What takes most of one buffer: no buffer can be smaller. */
  readonly largest: { readonly name: string; readonly bytes: number };
}

/** Bytes of the parameters; activations come on top and are sized to what is left (micro-batches). `tuning`: null where all
 * weights train. */
export function planMemory(config: ModelConfig, training: boolean, tuning: Tuning | null = null): MemoryPlan {
  const layout = layoutParameters(describeDecoder(config));
  return tuning === null ? planWhole(layout, training) : planFrozen(layout, training, tuning);
}

function planWhole(layout: ParameterLayout, training: boolean): MemoryPlan {
  const extraGradient = layout.decoder.tied ? layout.headGradient.length : 0;
  const roles = {
    weights: layout.count * 4,
    'folded weights': layout.foldedCount * 4,
    adapter: 0,
    gradients: training ? (layout.count + extraGradient) * 4 : 0,
    optimizer: training ? layout.count * 8 : 0,
  };
  // a matrix may lie in pieces: this asks for the smallest
  const regions = [...wholeRegions(layout, 0), ...foldedRegions(layout, 0)];
  return planOf(
    roles,
    regions.map(({ name, length }) => ({ name, bytes: length * 4 })),
  );
}

function planFrozen(layout: ParameterLayout, training: boolean, { adapter, base }: Tuning): MemoryPlan {
  const matrices = matrixRegions(layout).map((region) => {
    const { name, rows, columns } = region;
    const [most, unit] = isTable(layout, region) ? [windowTokens, 'windows'] : [pieceRows, 'rows'];
    const bytesOfRow = rowBytes(typeAmong(layout, region, base), columns);
    return { name: `${name} (${unit} of it)`, bytes: rows * bytesOfRow, least: Math.min(rows, most) * bytesOfRow };
  });
  const { count } = layoutAdapter(layout.decoder, adapter);
  const roles = {
    weights: sum(matrices.map(({ bytes }) => bytes)) + (layout.count - layout.vectorsAt) * 4,
    'folded weights': 0,
    adapter: count * 4,
    gradients: training ? count * 4 : 0,
    optimizer: training ? count * 8 : 0,
  };
  return planOf(
    roles,
    matrices.map(({ name, least }) => ({ name, bytes: least })),
  );
}

function planOf(roles: MemoryPlan['roles'], parts: readonly MemoryPlan['largest'][]): MemoryPlan {
  const largest = parts.reduce((most, part) => (part.bytes > most.bytes ? part : most));
  return { roles, total: sum(Object.values(roles)), largest };
}

/** What a policy is asked to hold at once. */
export interface MemoryWorkload {
  /** Packed rows and head rows of one micro-batch, and micro-batches of a step. */
  readonly rows: number;
  readonly headRows: number;
  readonly microBatches: number;
  /** Sequences sampled at once and the tokens that each may get; 0 for no sampling. */
  readonly sequences: number;
  readonly newTokens: number;
  /** Tokens of their prompts, all but the last of each and equal prompts once; of the longest prompt. */
  readonly promptRows: number;
  readonly longestPrompt: number;
  /** Positions of the rotary table. */
  readonly contextLength: number;
  /** Only the layers' inputs are kept for the backward pass. */
  readonly recompute?: boolean;
}

/** Floats of activations, and of their gradients, per packed row and (beside the logits) per head row of a plan; `perRowAgain`: where
 * only the layers' inputs are kept; `widest`: of one buffer. */
export function activationFloats(config: ModelConfig, decoder: Decoder, variant: KernelVariant, lowWidth: number) {
  const layer = layerFloats(decoder, config, lowWidth);
  const gradients = gradientFloats(decoder, config, variant, lowWidth);
  const { x } = decoder.widths;
  return {
    perRow: x + config.layers * (x + sumFloats(layer)),
    perRowAgain: x + config.layers * x + sumFloats(layer),
    perHeadRow: sumFloats(headFloats(decoder)),
    gradientsPerRow: sumFloats(gradients),
    gradientsPerHeadRow: x,
    widest: Math.max(...Object.values(layer), ...Object.values(gradients)),
  };
}

/** Bytes on the GPU by role of a policy that trains and samples, before anything is allocated: `PolicyModel.memory()` in advance. */
export function forecastMemory(
  config: ModelConfig,
  variant: KernelVariant,
  workload: MemoryWorkload,
  tuning: Tuning | null = null,
): Readonly<Record<string, number>> & { readonly total: number } {
  const {
    rows,
    headRows,
    microBatches,
    sequences,
    newTokens,
    promptRows,
    longestPrompt,
    contextLength,
    recompute = false,
  } = workload;
  const decoder = describeDecoder(config);
  const lowWidth = tuning === null ? 0 : layoutAdapter(decoder, tuning.adapter).lowWidth;
  const round64 = (count: number) => Math.ceil(count / 64) * 64;
  const [R, H, S] = [round64(rows), round64(headRows), round64(sequences)];
  const floats = activationFloats(config, decoder, variant, lowWidth);
  const perRow = recompute ? floats.perRowAgain : floats.perRow;
  const { headRows: headTableWords, ...rowTables } = tableFloats;
  const tables = 4 * (sumFloats(rowTables) * R + headTableWords * H);
  const P = prefillCapacity(promptRows, longestPrompt);
  const prefill = 4 * P * (decoder.widths.x + sumFloats(layerFloats(decoder, config, lowWidth)));
  const logits = (count: number) =>
    count * logitFloats(decoder, keepsLogits(decoder, count, usualLogitBytes(variant.software)));
  const training = 4 * (perRow * R + floats.perHeadRow * H + logits(H));
  const sampling = 4 * (sumFloats(decodeFloats(decoder, lowWidth)) * S + logits(S));
  const roles = {
    ...planMemory(config, true, tuning).roles,
    activations: training + prefill + sampling,
    'activation gradients': 4 * (floats.gradientsPerRow * R + floats.gradientsPerHeadRow * H),
    'kv cache': 4 * worstSlots(promptRows, sequences, newTokens) * 2 * config.kvHeads * config.headDim * config.layers,
    tables: tables + 4 * P * (tableFloats.rows + 1) + 4 * contextLength * config.headDim,
    uploads: microBatches * tables,
    tokens: 4 * S * (4 * newTokens + 9 + pagesFor(newTokens)),
  };
  return { ...roles, total: sum(Object.values(roles)) };
}

/** Ways to train a model in less memory, the dearest first. */
const smaller: readonly { readonly name: string; readonly tuning: Tuning }[] = (
  [
    ['float32', 'f32'],
    ['16-bit', 'f16'],
    ['8-bit', 'q8'],
    ['4-bit', 'q4'],
  ] as const
).map(([bits, base]) => ({
  name: `an adapter of rank 16 over ${bits} weights`,
  tuning: { adapter: { rank: 16, alpha: 32, targets: adapterTargets, rankStabilised: false }, base },
}));

/** Of a weight: what is stored in fewer is smaller. */
const bitsOf = { f32: 32, f16: 16, bf16: 16, q8: 8, q4: 4 } as const satisfies Record<TensorType, number>;

/** Refuses a model that does not fit, with numbers and the next smaller way to train it that does. `budgetBytes`: what the model may
 * take in all, null when unknown (WebGPU does not tell a GPU's memory). Throws `InputError`. */
export function checkMemory(
  gpu: Pick<Gpu, 'limits'>,
  config: ModelConfig,
  budgetBytes: number | null,
  tuning: Tuning | null = null,
): void {
  const limit = shardLimits(gpu).most * 4;
  const plan = planMemory(config, true, tuning);
  const fits = ({ largest, total }: MemoryPlan) => largest.bytes <= limit && total <= (budgetBytes ?? Infinity);
  if (fits(plan)) return;
  const parts = Object.entries(plan.roles).flatMap(([role, bytes]) =>
    bytes > 0 ? [`${role} ${formatBytes(bytes)}`] : [],
  );
  const wanted = `${countParameters(config)} parameters: ${parts.join(', ')}`;
  const current = tuning ? bitsOf[tuning.base] : Infinity;
  const next = smaller
    .filter(({ tuning: { base } }) => bitsOf[base] < current)
    .map(({ name, tuning: way }) => ({ name, plan: planMemory(config, true, way) }))
    .find((way) => fits(way.plan));
  const advice = next
    ? `; ${next.name} would take ${formatBytes(next.plan.total)}`
    : '; no smaller setting fits either';
  const { name, bytes } = plan.largest;
  const allowed =
    bytes > limit
      ? `no buffer over ${formatBytes(limit)}, this device's limit; this model needs one of ${formatBytes(bytes)} for its ${name}`
      : `at most ${formatBytes(budgetBytes ?? 0)} in all; this takes ${formatBytes(plan.total)}`;
  throw new InputError('model', wanted, `${allowed}${advice}`);
}
