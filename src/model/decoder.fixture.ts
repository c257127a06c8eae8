/** A decoder in float64, written from the architectures' definitions and not from the engine: the reference of the critic's tests. */
import { at } from '../lib/invariant';
import { sum } from '../lib/numeric';
import type { ModelConfig } from './config';

type Vector = readonly number[];
/** Parameters by Hugging Face name, matrices flat row by row [out, in]. */
export type Weights = ReadonlyMap<string, ArrayLike<number>>;

const add = (a: Vector, b: Vector) => a.map((value, i) => value + at(b, i));
const dot = (a: Vector, b: Vector) => sum(a.map((value, i) => value * at(b, i)));

/** The final norm's output [tokens][d] of one sequence. */
export function hiddenStates(config: ModelConfig, weights: Weights, tokens: readonly number[]): Vector[] {
  const { headDim, heads, kvHeads } = config;
  const tensor = (name: string): Vector => Array.from(weights.get(name) ?? []);
  const linear = (name: string, x: Vector): Vector => {
    const matrix = tensor(`${name}.weight`);
    const bias = tensor(`${name}.bias`);
    return Array.from({ length: matrix.length / x.length }, (_, row) => {
      const product = dot(x, matrix.slice(row * x.length, (row + 1) * x.length));
      return product + (bias[row] ?? 0);
    });
  };
  const norm = (name: string, x: Vector): Vector => {
    const gain = tensor(`${name}.weight`);
    const scale = 1 / Math.sqrt(dot(x, x) / x.length + config.rmsNormEps);
    return x.map((value, i) => value * scale * at(gain, i));
  };
  const rotate = (x: Vector, position: number): Vector =>
    x.map((value, i) => {
      const half = headDim / 2;
      const angle = position * config.ropeTheta ** ((-2 * (i % half)) / headDim);
      const partner = i < half ? -at(x, i + half) : at(x, i - half);
      return value * Math.cos(angle) + partner * Math.sin(angle);
    });
  const headOf = (x: Vector, head: number) => x.slice(head * headDim, (head + 1) * headDim);

  let stream: Vector[] = tokens.map((token) =>
    tensor('model.embed_tokens.weight').slice(token * config.hiddenSize, (token + 1) * config.hiddenSize),
  );
  for (let layer = 0; layer < config.layers; layer++) {
    const prefix = `model.layers.${layer}`;
    const normed = stream.map((x) => norm(`${prefix}.input_layernorm`, x));
    const turned = (name: string, head: number) =>
      normed.map((x, position) => {
        const raw = headOf(linear(`${prefix}.self_attn.${name}_proj`, x), head);
        return rotate(config.qkNorm ? norm(`${prefix}.self_attn.${name}_norm`, raw) : raw, position);
      });
    const values = normed.map((x) => linear(`${prefix}.self_attn.v_proj`, x));
    const mixed = stream.map((): number[] => []);
    for (let head = 0; head < heads; head++) {
      const kvHead = Math.floor(head / (heads / kvHeads));
      const queries = turned('q', head);
      const keys = turned('k', kvHead);
      queries.forEach((query, position) => {
        const scores = keys.slice(0, position + 1).map((key) => Math.exp(dot(query, key) / Math.sqrt(headDim)));
        const total = sum(scores);
        const own = Array.from({ length: headDim }, (_, i) =>
          sum(scores.map((score, key) => (score / total) * at(headOf(at(values, key), kvHead), i))),
        );
        at(mixed, position).push(...own);
      });
    }
    stream = stream.map((x, position) => add(x, linear(`${prefix}.self_attn.o_proj`, at(mixed, position))));
    stream = stream.map((x) => {
      const inner = norm(`${prefix}.post_attention_layernorm`, x);
      const up = linear(`${prefix}.mlp.up_proj`, inner);
      const gate = linear(`${prefix}.mlp.gate_proj`, inner);
      const act = gate.map((value, i) => (value / (1 + Math.exp(-value))) * at(up, i));
      return add(x, linear(`${prefix}.mlp.down_proj`, act));
    });
  }
  return stream.map((x) => norm('model.norm', x));
}
