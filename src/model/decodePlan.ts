/** Batched sampling with a KV cache: one plan per token, replayed; nothing is read back inside the loop. */
import { BufferPool, sliceOf } from '../gpu/buffers';
import type { Gpu } from '../gpu/device';
import { Plan, type BufferSlice, type KernelCall } from '../gpu/plan';
import { decodeAttention, decodeEmbed, sample } from '../kernels/decode';
import { gemm } from '../kernels/gemm';
import type { KernelVariant } from '../kernels/variant';
import { at } from '../lib/invariant';
import type { ModelConfig } from './config';
import { headShape } from './layerCalls';
import type { ParameterBuffers } from './parameterBuffers';
import type { RolloutRequest } from './policy';

export interface DecodeCapacity {
  /** Sequences at once (a multiple of 64) and tokens that each may get. */
  readonly sequences: number;
  readonly newTokens: number;
}

/** Where a sequence starts: its prompt's rows in the prefix (all but the last token), the last token, its global index. */
export interface SequenceStart {
  readonly prefixStart: number;
  readonly prefixLength: number;
  readonly lastToken: number;
  readonly sampleIndex: number;
}

export class DecodePlan {
  readonly pool: BufferPool;
  /** [sequences, newTokens] x (id, bits of logp, bits of entropy, 0). */
  readonly tokens: GPUBuffer;
  readonly sequences: GPUBuffer;
  private readonly sampling: GPUBuffer;
  private readonly active: GPUBuffer;
  private rows = 0;

  private constructor(
    private readonly gpu: Gpu,
    readonly capacity: DecodeCapacity,
    pool: BufferPool,
    buffers: { tokens: GPUBuffer; sequences: GPUBuffer; sampling: GPUBuffer; active: GPUBuffer },
    private readonly plan: Plan,
  ) {
    this.pool = pool;
    this.tokens = buffers.tokens;
    this.sequences = buffers.sequences;
    this.sampling = buffers.sampling;
    this.active = buffers.active;
  }

  /** `prefix` [l]: rotated q | k | v rows of the prompts in layer l. `noise` replaces the random numbers, see sample.wgsl. */
  static async build(
    gpu: Gpu,
    config: ModelConfig,
    parameters: ParameterBuffers,
    variant: KernelVariant,
    capacity: DecodeCapacity,
    ropeTable: GPUBuffer,
    prefix: readonly GPUBuffer[],
    noise: BufferSlice | null = null,
  ): Promise<DecodePlan> {
    const pool = new BufferPool(gpu, 'decode');
    const { layout } = parameters;
    const n = capacity.sequences;
    const activation = (label: string, count: number) => pool.storage('activations', label, count);
    const x = activation('x', n * layout.width);
    const middle = activation('middle', n * layout.width);
    const qkv = activation('qkv', n * layout.qkvWidth);
    const mixed = activation('mixed', n * layout.mixedWidth);
    const gateUp = activation('gate up', n * 2 * layout.mlpWidth);
    const act = activation('act', n * layout.mlpWidth);
    const rstd = activation('rstd', n);
    const logits = activation('logits', n * layout.vocabularyWidth);
    const tokens = pool.storage('tokens', 'tokens', n * capacity.newTokens * 4);
    const sequences = pool.storage('tokens', 'sequences', n * 8);
    const sampling = pool.uniform('sampling', 48);
    const active = pool.storage('tokens', 'active sequences', n);
    const common = { sampling: { buffer: sampling }, sequences: { buffer: sequences }, active: { buffer: active } };
    const product = { variant, rows: 'rows', capacity: n };
    const norm = { rstd: { buffer: rstd }, epsilon: config.rmsNormEps, width: config.hiddenSize };
    const calls: KernelCall[] = [
      decodeEmbed({ ...common, embedding: parameters.weight(layout.embedding), x: { buffer: x }, width: layout.width }),
    ];
    layout.layers.forEach((layer, l) => {
      const cache = pool.storage(
        'kv cache',
        `kv cache ${l}`,
        n * capacity.newTokens * 2 * config.kvHeads * config.headDim,
      );
      calls.push(
        gemm({
          ...product,
          label: 'decode norm, qkv',
          a: { buffer: x },
          ...parameters.forwardFactor(layer.qkv),
          c: { buffer: qkv },
          bias: config.qkvBias ? parameters.vector(layer.vectorsAt + layer.bias, layout.qkvWidth) : null,
          norm,
          output: { kind: 'plain' },
        }),
        decodeAttention(headShape(config, layout, layer), {
          ...common,
          qkv: { buffer: qkv },
          prefix: { buffer: at(prefix, l) },
          cache: { buffer: cache },
          capacity: capacity.newTokens,
          mixed: { buffer: mixed },
          table: { buffer: ropeTable },
          vectors: sliceOf(parameters.weights, layer.vectorsAt, layer.vectorsLength),
        }),
        gemm({
          ...product,
          label: 'decode attention output',
          a: { buffer: mixed },
          ...parameters.forwardFactor(layer.output),
          c: { buffer: middle },
          output: { kind: 'residual', residual: { buffer: x } },
        }),
        gemm({
          ...product,
          label: 'decode norm, gate up, swiglu',
          a: { buffer: middle },
          ...parameters.forwardFactor(layer.gateUp),
          c: { buffer: gateUp },
          norm,
          output: { kind: 'swiglu', act: { buffer: act } },
        }),
        gemm({
          ...product,
          label: 'decode down',
          a: { buffer: act },
          ...parameters.forwardFactor(layer.down),
          c: { buffer: x },
          output: { kind: 'residual', residual: { buffer: middle } },
        }),
      );
    });
    calls.push(
      gemm({
        ...product,
        label: 'decode final norm, head',
        a: { buffer: x },
        ...parameters.forwardFactor(layout.head),
        c: { buffer: logits },
        norm,
        output: { kind: 'plain' },
      }),
      sample({
        variant,
        ...common,
        logits: { buffer: logits },
        vocabulary: config.vocabularySize,
        stride: layout.vocabularyWidth,
        tokens: { buffer: tokens },
        capacity: capacity.newTokens,
        noise,
      }),
    );
    const plan = await Plan.build(gpu, 'decode', calls);
    return new DecodePlan(gpu, capacity, pool, { tokens, sequences, sampling, active }, plan);
  }

  /** Dispatches per decoded token. */
  get dispatches(): number {
    return this.plan.length;
  }

  /** Writes the sampling options and the start of every sequence. */
  start(starts: readonly SequenceStart[], request: RolloutRequest, eos: readonly number[]): void {
    const words = new ArrayBuffer(48);
    const integers = new Uint32Array(words);
    const floats = new Float32Array(words);
    const first = eos[0] ?? 0xffffffff;
    integers.set([starts.length, request.seed >>> 0, request.stream >>> 0, request.maxNewTokens]);
    floats.set([1 / request.temperature, request.topP], 4);
    integers.set([request.topK, request.greedy ? 1 : 0, ...[0, 1, 2, 3].map((i) => eos[i] ?? first)], 6);
    const { queue } = this.gpu.device;
    queue.writeBuffer(this.sampling, 0, words);
    const table = new Uint32Array(starts.length * 8);
    starts.forEach((start, s) => {
      table.set([start.prefixStart, start.prefixLength, 0, 0, start.lastToken, start.sampleIndex, 0, 0], s * 8);
    });
    queue.writeBuffer(this.sequences, 0, table);
    this.keep(Uint32Array.from(starts, (_, s) => s));
  }

  /** Goes on with these sequences only: activations are dense over them. */
  keep(active: Uint32Array<ArrayBuffer>): void {
    const { queue } = this.gpu.device;
    queue.writeBuffer(this.sampling, 0, new Uint32Array([active.length]));
    queue.writeBuffer(this.active, 0, active);
    this.rows = active.length;
  }

  /** Records `count` tokens for every sequence that goes on. */
  encode(encoder: GPUCommandEncoder, count: number): void {
    const pass = encoder.beginComputePass({ label: 'decode' });
    this.gpu.counts.passes++;
    for (let token = 0; token < count; token++) this.plan.encode(pass, { rows: this.rows });
    pass.end();
  }

  dispose(): void {
    this.pool.dispose();
  }
}
