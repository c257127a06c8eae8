/** Batched sampling with a KV cache: one plan per token, replayed; nothing is read back inside the loop. */
import { BufferPool } from '../../gpu/buffers';
import type { Gpu } from '../../gpu/device';
import { Plan, type BufferSlice, type KernelCall } from '../../gpu/plan';
import { decodeAttention, decodeEmbed, sample } from '../../kernels/decode';
import { at } from '../../lib/invariant';
import { allocate, decodeFloats } from '../decoder/buffers';
import { headProducts, headShape, productsAfterAttention, projection, type ProductContext } from '../decoder/products';
import type { RolloutRequest } from '../policy';

/** Of the uniform `Sampling`, see shaders/lib/decode.wgsl. */
const samplingBytes = 48;

export interface DecodeCapacity {
  /** Sequences at once (a multiple of 64) and tokens that each may get. */
  readonly sequences: number;
  readonly newTokens: number;
  /** Tokens whose keys and values the cache holds: of prompts and of sequences. */
  readonly slots: number;
}

/** Where a sequence starts: slots of its prompt (all but the last token) and of what it gets, the last token, its global index. */
export interface SequenceStart {
  readonly ownStart: number;
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
  /** Keys and values of each layer, [slots, k | v]. */
  readonly caches: readonly GPUBuffer[];
  private readonly sampling: GPUBuffer;
  private readonly active: GPUBuffer;
  private rows = 0;

  private constructor(
    private readonly gpu: Gpu,
    readonly capacity: DecodeCapacity,
    pool: BufferPool,
    buffers: Record<'tokens' | 'sequences' | 'sampling' | 'active', GPUBuffer> & { caches: readonly GPUBuffer[] },
    private readonly plan: Plan,
  ) {
    this.pool = pool;
    this.tokens = buffers.tokens;
    this.sequences = buffers.sequences;
    this.caches = buffers.caches;
    this.sampling = buffers.sampling;
    this.active = buffers.active;
  }

  /** `noise` replaces the random numbers, see sample.wgsl. */
  static async build(
    gpu: Gpu,
    model: Omit<ProductContext, 'capacity'>,
    capacity: DecodeCapacity,
    ropeTable: GPUBuffer,
    noise: BufferSlice | null = null,
  ): Promise<DecodePlan> {
    const { config, variant, weights, adapter } = model;
    const { layout } = weights;
    const { widths } = layout.decoder;
    const { sequences: n, newTokens, slots } = capacity;
    const context: ProductContext = { ...model, capacity: n };
    const pool = new BufferPool(gpu, 'decode');
    const own = allocate(decodeFloats(layout.decoder, adapter?.layout.lowWidth ?? 0), n, (name, count) =>
      pool.storage('activations', name, count),
    );
    const state = {
      tokens: pool.storage('tokens', 'tokens', n * newTokens * 4),
      sequences: pool.storage('tokens', 'sequences', n * 8),
      sampling: pool.uniform('sampling', samplingBytes),
      active: pool.storage('tokens', 'active sequences', n),
      caches: layout.layers.map((_, l) =>
        pool.storage('kv cache', `kv cache ${l}`, slots * 2 * config.kvHeads * config.headDim),
      ),
    };
    const { sequences, sampling, active } = state;
    const common = { sampling: { buffer: sampling }, sequences: { buffer: sequences }, active: { buffer: active } };
    const rstd = { buffer: own.rstd };
    // x is the layer's input and, in place, its output
    const buffers = {
      ...own, raw: own.qkv, mixed: { buffer: own.mixed }, act: { buffer: own.act }, attentionRstd: rstd, mlpRstd: rstd, output: own.x,
    }; // prettier-ignore
    const calls: KernelCall[] = [...decodeEmbed({ ...common, embedding: weights.embedding(), x: { buffer: own.x } })];
    layout.layers.forEach((layer, l) => {
      calls.push(
        ...projection(context, layer, buffers, { kind: 'plain' }, 'decode '),
        ...decodeAttention(headShape(context, layer), variant, {
          ...common,
          qkv: { buffer: own.qkv },
          cache: { buffer: at(state.caches, l) },
          mixed: buffers.mixed,
          table: { buffer: ropeTable },
          vectors: weights.vector(layer.vectors),
        }),
        ...productsAfterAttention(context, layer, buffers, 'decode '),
      );
    });
    calls.push(
      ...headProducts(context, {
        label: 'decode final norm, head',
        a: { buffer: own.x },
        c: { buffer: own.logits },
        rows: 'rows',
        rstd,
      }),
      sample({
        variant,
        ...common,
        logits: { buffer: own.logits },
        vocabulary: config.vocabularySize,
        stride: widths.logits,
        tokens: { buffer: state.tokens },
        capacity: newTokens,
        noise,
      }),
    );
    return new DecodePlan(gpu, capacity, pool, state, await Plan.build(gpu, 'decode', calls));
  }

  /** Dispatches per decoded token. */
  get dispatches(): number {
    return this.plan.length;
  }

  /** Writes the sampling options and the start of every sequence. */
  start(starts: readonly SequenceStart[], request: RolloutRequest, eos: readonly number[]): void {
    const words = new ArrayBuffer(samplingBytes);
    const integers = new Uint32Array(words);
    const floats = new Float32Array(words);
    const first = eos[0] ?? 0xffffffff;
    integers.set([starts.length, request.seed >>> 0, request.stream >>> 0, request.maxNewTokens]);
    floats.set([1 / request.temperature, request.topP], 4);
    integers.set([request.topK, request.greedy ? 1 : 0, ...[0, 1, 2, 3].map((i) => eos[i] ?? first)], 6);
    const { queue } = this.gpu.device;
    queue.writeBuffer(this.sampling, 0, words);
    const table = new Uint32Array(starts.length * 8);
    starts.forEach(({ prefixStart, prefixLength, lastToken, sampleIndex, ownStart }, s) => {
      table.set([prefixStart, prefixLength, 0, 0, lastToken, sampleIndex, ownStart, 0], s * 8);
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
