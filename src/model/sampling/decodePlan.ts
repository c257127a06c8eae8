/** Batched sampling with a KV cache: one plan per token, replayed; nothing is read back inside the loop. */
import { BufferPool } from '../../gpu/buffers';
import type { Gpu } from '../../gpu/device';
import { Plan, type KernelCall } from '../../gpu/plan';
import { decodeAttention, decodeEmbed } from '../../kernels/decode';
import { at } from '../../lib/invariant';
import { allocate, decodeFloats } from '../decoder/buffers';
import { headShape, productsAfterAttention, projection, type ProductContext } from '../decoder/products';
import type { RolloutRequest } from '../policy';
import { drawCalls, drawSizes, limitsOf, type DrawOptions } from './drawCalls';

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
  private limits = limitsOf({ topK: 0, topP: 1 }, 0);

  private constructor(
    private readonly gpu: Gpu,
    readonly capacity: DecodeCapacity,
    pool: BufferPool,
    buffers: Record<'tokens' | 'sequences' | 'sampling' | 'active', GPUBuffer> & { caches: readonly GPUBuffer[] },
    private readonly plan: Plan,
    private readonly sampledVocabulary: number,
  ) {
    this.pool = pool;
    this.tokens = buffers.tokens;
    this.sequences = buffers.sequences;
    this.caches = buffers.caches;
    this.sampling = buffers.sampling;
    this.active = buffers.active;
  }

  static async build(
    gpu: Gpu,
    model: Omit<ProductContext, 'capacity'>,
    capacity: DecodeCapacity,
    ropeTable: GPUBuffer,
    draw: DrawOptions,
  ): Promise<DecodePlan> {
    const { config, variant, weights, adapter } = model;
    const { layout } = weights;
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
      ...drawCalls(
        gpu,
        pool,
        context,
        { ...own, ...common, tokens: { buffer: state.tokens }, capacity: newTokens },
        draw,
      ),
    );
    const plan = await Plan.build(gpu, 'decode', calls);
    return new DecodePlan(gpu, capacity, pool, state, plan, draw.sampledVocabulary);
  }

  /** Dispatches per decoded token, as the last rollout asked. */
  get dispatches(): number {
    return this.plan.count(drawSizes(Math.max(1, this.rows), this.limits));
  }

  /** Writes the sampling options and the start of every sequence. */
  start(starts: readonly SequenceStart[], request: RolloutRequest, eos: readonly number[]): void {
    const words = new ArrayBuffer(samplingBytes);
    const integers = new Uint32Array(words);
    const floats = new Float32Array(words);
    const first = eos[0] ?? 0xffffffff;
    this.limits = limitsOf(request, this.sampledVocabulary);
    const { topK, topP } = this.limits;
    integers.set([starts.length, request.seed >>> 0, request.stream >>> 0, request.maxNewTokens]);
    floats.set([1 / request.temperature, topP], 4);
    integers.set([topK, request.greedy ? 1 : 0, ...[0, 1, 2, 3].map((i) => eos[i] ?? first)], 6);
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
    const sizes = drawSizes(this.rows, this.limits);
    for (let token = 0; token < count; token++) this.plan.encode(pass, sizes);
    pass.end();
  }

  dispose(): void {
    this.pool.dispose();
  }
}
