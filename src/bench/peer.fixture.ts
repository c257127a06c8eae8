/** What a driver of the contract needs: random files on disk and the specs that name them. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRng } from '../lib/rng';
import { formatConfig, type ModelConfig } from '../model/config';
import { initialWeights } from '../model/initialWeights';
import { writeSafetensors } from '../model/safetensors';
import type { Weights } from './decoder.fixture';

export interface Sizes {
  readonly d: number;
  readonly layers: number;
  readonly heads: number;
  readonly ff: number;
  readonly vocab: number;
  readonly T: number;
  readonly batch: number;
}

export const constants = { rope_theta: 10_000, rms_eps: 1e-5 };
export const adamw = { lr: 3e-2, beta1: 0.9, beta2: 0.95, eps: 1e-8, weight_decay: 0.1 };

export class PeerFiles {
  readonly folder = mkdtempSync(join(tmpdir(), 'nsr-bench-'));
  private readonly rng = createRng(7, 'bench files');

  floats(name: string, count: number): { file: string; values: Float32Array } {
    const values = Float32Array.from({ length: count }, () => this.rng.nextGaussian());
    return { file: this.write(name, values), values };
  }

  /** Random token rows [rows][width]. */
  tokens(name: string, rows: number, width: number, vocabulary: number): { file: string; rows: number[][] } {
    const values = Array.from({ length: rows }, () => Array.from({ length: width }, () => this.rng.int(vocabulary)));
    return { file: this.write(name, Int32Array.from(values.flat())), rows: values };
  }

  model(sizes: Sizes): { config: ModelConfig; weights: Weights; files: { config: string; weights: string } } {
    const config = modelConfig(sizes);
    // 4 times the embedding's usual size: logits far enough apart that a wrong one shows
    const tensors = initialWeights(config, 3).map(({ name, shape, data }) => ({
      name,
      shape,
      data: name.includes('embed') ? data.map((value) => 10 * value) : data,
    }));
    const files = {
      config: this.write('config.json', new TextEncoder().encode(formatConfig(config))),
      weights: this.write('model.safetensors', writeSafetensors(tensors)),
    };
    return { config, weights: new Map(tensors.map(({ name, data }) => [name, Float64Array.from(data)])), files };
  }

  private write(name: string, values: Float32Array | Int32Array | Uint8Array): string {
    const file = join(this.folder, name);
    writeFileSync(file, values);
    return file;
  }
}

function modelConfig({ d, layers, heads, ff, vocab, T }: Sizes): ModelConfig {
  return {
    architecture: 'llama',
    hiddenSize: d,
    layers,
    heads,
    kvHeads: heads,
    headDim: d / heads,
    intermediateSize: ff,
    vocabularySize: vocab,
    rmsNormEps: constants.rms_eps,
    ropeTheta: constants.rope_theta,
    tiedEmbeddings: true,
    qkvBias: false,
    qkNorm: false,
    maxPositions: T,
    bosTokenId: null,
    // a benchmark samples on past it
    eosTokenIds: [0],
    padTokenId: null,
  };
}
