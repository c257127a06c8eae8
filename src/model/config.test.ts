import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { architectures, formatConfig, parseConfig } from './config';

const llama = {
  model_type: 'llama',
  architectures: ['LlamaForCausalLM'],
  hidden_size: 64,
  num_hidden_layers: 3,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  intermediate_size: 192,
  vocab_size: 16,
  rms_norm_eps: 1e-5,
  rope_theta: 1e5,
  tie_word_embeddings: true,
  max_position_embeddings: 16,
  hidden_act: 'silu',
  bos_token_id: null,
  eos_token_id: 0,
};
const parse = (changes: Readonly<Record<string, unknown>> = {}) =>
  parseConfig(JSON.stringify({ ...llama, ...changes }));

describe('parseConfig', () => {
  it('reads a Llama config', () => {
    expect(parse()).toEqual({
      architecture: 'llama',
      hiddenSize: 64,
      layers: 3,
      heads: 4,
      kvHeads: 2,
      headDim: 16,
      intermediateSize: 192,
      vocabularySize: 16,
      rmsNormEps: 1e-5,
      ropeTheta: 1e5,
      tiedEmbeddings: true,
      qkvBias: false,
      qkNorm: false,
      maxPositions: 16,
      bosTokenId: null,
      eosTokenIds: [0],
      padTokenId: null,
    });
  });

  it('gives Qwen2 its q, k and v biases, for which its config has no key', () => {
    const config = parse({
      model_type: 'qwen2',
      architectures: ['Qwen2ForCausalLM'],
      sliding_window: 131_072,
      use_sliding_window: false,
    });
    expect(config).toMatchObject({ qkvBias: true, qkNorm: false, headDim: 16 });
  });

  it('takes the explicit head_dim of Qwen3, else the default of its class', () => {
    const qwen3 = { model_type: 'qwen3', architectures: ['Qwen3ForCausalLM'] };
    expect(parse({ ...qwen3, head_dim: 32 })).toMatchObject({ qkNorm: true, qkvBias: false, headDim: 32 });
    expect(parse(qwen3).headDim).toBe(128);
    expect(parse({ ...qwen3, head_dim: null }).headDim).toBe(16);
  });

  it('reads rope_theta of transformers 4 and rope_parameters of 5', () => {
    expect(parse({ rope_theta: undefined, rope_parameters: { rope_type: 'default', rope_theta: 1e6 } }).ropeTheta).toBe(
      1e6,
    );
    expect(parse({ rope_parameters: { rope_type: 'default', rope_theta: 1e5 } }).ropeTheta).toBe(1e5);
    expect(parse({ rope_theta: undefined }).ropeTheta).toBe(10_000);
    expect(parse({ rope_scaling: null }).ropeTheta).toBe(1e5);
  });

  it('takes the defaults of the class for absent keys', () => {
    const config = parse({
      num_key_value_heads: undefined,
      tie_word_embeddings: undefined,
      rms_norm_eps: undefined,
      eos_token_id: undefined,
    });
    expect(config).toMatchObject({ kvHeads: 4, tiedEmbeddings: false, rmsNormEps: 1e-6, eosTokenIds: [] });
  });

  it('reads one end token or several, and -1 as none', () => {
    expect(parse({ eos_token_id: [2, 3], pad_token_id: -1 })).toMatchObject({ eosTokenIds: [2, 3], padTokenId: null });
  });

  it.each([
    ['another model', { model_type: 'mistral' }, 'model_type: "mistral"'],
    ['no model type', { model_type: undefined }, 'model_type: nothing'],
    [
      'another head',
      { architectures: ['LlamaForSequenceClassification'] },
      'architectures: ["LlamaForSequenceClassification"]',
    ],
    ['a rope type', { rope_scaling: { rope_type: 'llama3', factor: 8 } }, 'rope_type: "llama3"'],
    ['an old rope type', { rope_scaling: { type: 'linear', factor: 2 } }, 'type: "linear"'],
    ['a rope type of transformers 5', { rope_parameters: { rope_type: 'yarn', rope_theta: 1e5 } }, 'rope_type: "yarn"'],
    ['rope per layer type', { rope_parameters: { full_attention: { rope_theta: 1e5 } } }, 'full_attention'],
    ['two thetas', { rope_parameters: { rope_type: 'default', rope_theta: 1e6 } }, 'rope_theta'],
    ['a sliding window', { use_sliding_window: true }, 'use_sliding_window: true'],
    ['a sliding window of Llama', { sliding_window: 4096 }, 'sliding_window: 4096'],
    ['a layer type', { layer_types: ['full_attention', 'sliding_attention', 'full_attention'] }, '"sliding_attention"'],
    ['an activation', { hidden_act: 'gelu' }, 'hidden_act: "gelu"'],
    ['attention bias', { attention_bias: true }, 'attention_bias: true'],
    ['feed-forward bias', { mlp_bias: true }, 'mlp_bias: true'],
    ['quantised weights', { quantization_config: { bits: 4 } }, 'quantization_config'],
    ['partial rotation', { partial_rotary_factor: 0.5 }, 'partial_rotary_factor: 0.5'],
    [
      'heads that do not divide',
      { num_attention_heads: 5, num_key_value_heads: 5 },
      'a multiple of num_attention_heads',
    ],
    ['groups that do not divide', { num_key_value_heads: 3 }, 'a divisor of num_attention_heads'],
    ['an odd head', { head_dim: 15 }, '15 is odd'],
    ['a missing size', { hidden_size: undefined }, 'hidden_size: nothing'],
    ['a size in text', { vocab_size: '16' }, 'vocab_size: "16"'],
    ['a negative size', { num_hidden_layers: -1 }, 'num_hidden_layers: -1'],
    ['an absurd size', { vocab_size: 1e12 }, 'vocab_size: 1000000000000'],
    ['an end token outside the vocabulary', { eos_token_id: 16 }, 'eos_token_id: 16'],
    ['eps of 0', { rms_norm_eps: 0 }, 'rms_norm_eps: 0'],
  ])('refuses %s by name', (_, changes, message) => {
    expect(() => parse(changes)).toThrow(message);
  });

  it.each(['', '{', 'null', '[]', '<!doctype html>'])('refuses %j in one line', (text) => {
    expect(() => parseConfig(text, 'dir/config.json')).toThrow(/^dir\/config\.json: not [^\n]*$/);
  });
});

describe('formatConfig', () => {
  it('is read back as it was, for every architecture', () => {
    for (const architecture of architectures) {
      const config = {
        ...parse(),
        architecture,
        qkvBias: architecture === 'qwen2',
        qkNorm: architecture === 'qwen3',
        headDim: 8,
        eosTokenIds: [1, 2],
        padTokenId: 0,
      };
      expect(parseConfig(formatConfig(config))).toEqual(config);
    }
  });

  it('is read back for every oracle case', () => {
    const folder = 'fixtures/oracle';
    for (const name of readdirSync(folder).filter((one) => /^\d/.test(one))) {
      const config = parseConfig(readFileSync(`${folder}/${name}/config.json`, 'utf8'));
      expect(parseConfig(formatConfig(config))).toEqual(config);
    }
  });
});
