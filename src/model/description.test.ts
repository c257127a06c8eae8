import { expect, it } from 'vitest';
import { describeDecoder, linearRoles } from './description';
import { smallConfigs } from './engine.fixture';
import { tensorsOf } from './parameters';

const named = (config: Parameters<typeof describeDecoder>[0], head?: 'value') =>
  tensorsOf(describeDecoder(config, head)).map(({ name, shape }) => `${name} ${shape.join('x')}`);

it('names the tensors of a layer with biases, in the order of the forward pass', () => {
  // heads 3 x 4, width 10, feed-forward 14, vocabulary 11, tied
  expect(named(smallConfigs.qwen2)).toEqual([
    'model.embed_tokens.weight 11x10',
    'model.layers.0.input_layernorm.weight 10',
    'model.layers.0.self_attn.q_proj.weight 12x10',
    'model.layers.0.self_attn.q_proj.bias 12',
    'model.layers.0.self_attn.k_proj.weight 12x10',
    'model.layers.0.self_attn.k_proj.bias 12',
    'model.layers.0.self_attn.v_proj.weight 12x10',
    'model.layers.0.self_attn.v_proj.bias 12',
    'model.layers.0.self_attn.o_proj.weight 10x12',
    'model.layers.0.post_attention_layernorm.weight 10',
    'model.layers.0.mlp.gate_proj.weight 14x10',
    'model.layers.0.mlp.up_proj.weight 14x10',
    'model.layers.0.mlp.down_proj.weight 10x14',
    'model.norm.weight 10',
  ]);
});

it('names q and k norms, an untied head and a value head', () => {
  const qwen3 = named(smallConfigs.qwen3);
  expect(qwen3.filter((name) => /layers\.1\.self_attn\.._norm/.test(name))).toEqual([
    'model.layers.1.self_attn.q_norm.weight 4',
    'model.layers.1.self_attn.k_norm.weight 4',
  ]);
  expect(qwen3.at(-1)).toBe('lm_head.weight 11x10');
  expect(named(smallConfigs.llama, 'value').at(-1)).toBe('score.weight 1x10');
});

it('gives every map the padded widths of what flows in and out, and room for its parts', () => {
  const { widths, layer, head } = describeDecoder(smallConfigs.qwen3);
  expect(widths).toEqual({ x: 12, middle: 12, qkv: 20, mixed: 12, gateUp: 32, act: 16, logits: 12 });
  for (const map of [...linearRoles.map((role) => layer.linears[role]), head]) {
    expect([map.rows, map.columns]).toEqual([widths[map.output], widths[map.input]]);
    let end = 0;
    for (const { first, rows } of map.parts) {
      expect(first).toBeGreaterThanOrEqual(end);
      end = first + rows;
    }
    expect(end).toBeLessThanOrEqual(map.rows);
  }
  // gate and up are halves: SwiGLU reads the same column of each
  expect(layer.linears.gateUp.parts.map(({ first }) => first)).toEqual([0, widths.act]);
});
