/** A Llama decoder in float64, written for clearness: no cache, no fusion. For tests only. */
import { at } from '../lib/invariant';
import type { ModelConfig } from '../model/config';

export type Weights = ReadonlyMap<string, Float64Array>;
type Matrix = readonly Float64Array[];

/** Logits [tokens][vocabulary] of one sequence. */
export function referenceLogits(config: ModelConfig, weights: Weights, tokens: readonly number[]): Float64Array[] {
  const { hiddenSize: d, heads, kvHeads, headDim, intermediateSize: ff } = config;
  const tensor = (name: string): Float64Array => {
    const values = weights.get(name);
    if (!values) throw new Error(`no tensor ${name}`);
    return values;
  };
  const embedding = tensor('model.embed_tokens.weight');
  let x: Matrix = tokens.map((token) => embedding.slice(token * d, (token + 1) * d));
  for (let layer = 0; layer < config.layers; layer++) {
    const own = (name: string) => tensor(`model.layers.${layer}.${name}.weight`);
    const normed = x.map((row) => rmsNorm(row, own('input_layernorm'), config.rmsNormEps));
    const q = normed.map((row, t) => rotate(linear(row, own('self_attn.q_proj'), heads * headDim), t, config));
    const k = normed.map((row, t) => rotate(linear(row, own('self_attn.k_proj'), kvHeads * headDim), t, config));
    const v = normed.map((row) => linear(row, own('self_attn.v_proj'), kvHeads * headDim));
    const mixed = q.map((query, t) => attend(query, k.slice(0, t + 1), v.slice(0, t + 1), config));
    const middle = mixed.map((row, t) => add(at(x, t), linear(row, own('self_attn.o_proj'), d)));
    x = middle.map((row) => {
      const input = rmsNorm(row, own('post_attention_layernorm'), config.rmsNormEps);
      const up = linear(input, own('mlp.up_proj'), ff);
      const act = linear(input, own('mlp.gate_proj'), ff).map((gate, i) => (gate / (1 + Math.exp(-gate))) * at(up, i));
      return add(row, linear(act, own('mlp.down_proj'), d));
    });
  }
  const head = config.tiedEmbeddings ? embedding : tensor('lm_head.weight');
  const gain = tensor('model.norm.weight');
  return x.map((row) => linear(rmsNorm(row, gain, config.rmsNormEps), head, config.vocabularySize));
}

/** Mean cross-entropy, nats, of every token of every row but the first. */
export function referenceLoss(config: ModelConfig, weights: Weights, rows: readonly (readonly number[])[]): number {
  let total = 0;
  let count = 0;
  for (const row of rows) {
    referenceLogits(config, weights, row.slice(0, -1)).forEach((logits, t) => {
      const most = Math.max(...logits);
      const sum = logits.reduce((part, z) => part + Math.exp(z - most), 0);
      total += most + Math.log(sum) - at(logits, at(row, t + 1));
      count++;
    });
  }
  return total / count;
}

export interface ReferenceAdamw {
  readonly lr: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly eps: number;
  readonly weight_decay: number;
}

/** Trains with gradients from central differences (so: tiny models), decay on matrices only. Step k, from 0, uses batch
 * k mod batches. Returns the losses before each update. */
export function referenceTraining(
  config: ModelConfig,
  start: Weights,
  batches: readonly (readonly (readonly number[])[])[],
  adamw: ReferenceAdamw,
  steps: number,
): number[] {
  const weights = new Map([...start].map(([name, values]) => [name, values.slice()]));
  const moments = new Map(
    [...start].map(([name, values]) => [name, [values.map(() => 0), values.map(() => 0)] as const]),
  );
  const losses: number[] = [];
  for (let step = 1; step <= steps; step++) {
    const rows = at(batches, (step - 1) % batches.length);
    losses.push(referenceLoss(config, weights, rows));
    const gradients = [...weights.values()].map((values) =>
      numericGradient(values, () => referenceLoss(config, weights, rows)),
    );
    [...weights].forEach(([name, values], index) => {
      const [first, second] = moments.get(name) ?? [];
      if (!first || !second) throw new Error(name);
      const decay = /norm/.test(name) ? 0 : adamw.weight_decay;
      at(gradients, index).forEach((gradient, i) => {
        first[i] = adamw.beta1 * at(first, i) + (1 - adamw.beta1) * gradient;
        second[i] = adamw.beta2 * at(second, i) + (1 - adamw.beta2) * gradient ** 2;
        const m = at(first, i) / (1 - adamw.beta1 ** step);
        const v = at(second, i) / (1 - adamw.beta2 ** step);
        values[i] = at(values, i) * (1 - adamw.lr * decay) - (adamw.lr * m) / (Math.sqrt(v) + adamw.eps);
      });
    });
  }
  return losses;
}

/** `newTokens` times argmax(logits + noise); `noise` [newTokens, vocabulary]. */
export function referenceRollout(
  config: ModelConfig,
  weights: Weights,
  prompt: readonly number[],
  noise: Float32Array,
  newTokens: number,
): number[] {
  const tokens = [...prompt];
  for (let step = 0; step < newTokens; step++) {
    const logits = at(referenceLogits(config, weights, tokens), tokens.length - 1);
    const noisy = logits.map((z, token) => z + at(noise, step * config.vocabularySize + token));
    tokens.push(noisy.indexOf(Math.max(...noisy)));
  }
  return tokens.slice(prompt.length);
}

function numericGradient(values: Float64Array, loss: () => number): Float64Array {
  const h = 1e-5;
  return values.map((value, i) => {
    values[i] = value + h;
    const above = loss();
    values[i] = value - h;
    const below = loss();
    values[i] = value;
    return (above - below) / (2 * h);
  });
}

function attend(query: Float64Array, keys: Matrix, values: Matrix, { heads, kvHeads, headDim }: ModelConfig) {
  const out = new Float64Array(heads * headDim);
  for (let head = 0; head < heads; head++) {
    const own = query.subarray(head * headDim, (head + 1) * headDim);
    const from = Math.floor(head / (heads / kvHeads)) * headDim;
    const scores = keys.map((key) => Math.exp(dot(own, key.subarray(from, from + headDim)) / Math.sqrt(headDim)));
    const total = scores.reduce((sum, score) => sum + score, 0);
    scores.forEach((score, t) => {
      for (let i = 0; i < headDim; i++) {
        const index = head * headDim + i;
        out[index] = at(out, index) + (score / total) * at(at(values, t), from + i);
      }
    });
  }
  return out;
}

/** Rotary embedding, half-split, of every head in the row. */
function rotate(row: Float64Array, position: number, { headDim, ropeTheta }: ModelConfig): Float64Array {
  const half = headDim / 2;
  return row.map((value, index) => {
    const i = index % headDim;
    const angle = position * ropeTheta ** ((-2 * (i % half)) / headDim);
    const other = i < half ? -at(row, index + half) : at(row, index - half);
    return value * Math.cos(angle) + other * Math.sin(angle);
  });
}

function rmsNorm(row: Float64Array, gain: Float64Array, epsilon: number): Float64Array {
  const scale = 1 / Math.sqrt(dot(row, row) / row.length + epsilon);
  return row.map((value, i) => value * scale * at(gain, i));
}

/** W row, W [n, row.length]. */
function linear(row: Float64Array, weight: Float64Array, n: number): Float64Array {
  const width = row.length;
  return new Float64Array(n).map((_, i) => dot(row, weight.subarray(i * width, (i + 1) * width)));
}

function add(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value + at(b, i));
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}
