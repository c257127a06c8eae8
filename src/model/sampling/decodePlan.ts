/** Batched sampling with a KV cache: one plan per token, replayed; nothing is read back inside the loop. */
import { BufferPool } from '../../gpu/buffers';
import type { Gpu } from '../../gpu/device';
import { plansStretch, type Stretch } from '../../gpu/pacedSubmits';
import { Plan, type KernelCall } from '../../gpu/plan';
import { decodeAttention, decodeEmbed } from '../../kernels/decode';
import { at } from '../../lib/invariant';
import { allocate, decodeFloats } from '../decoder/buffers';
import { headShape, productsAfterAttention, projection, type ProductContext } from '../decoder/products';
import type { RolloutRequest } from '../policy';
import { drawCalls, drawSizes, limitsOf, type DrawOptions } from './drawCalls';
import { pagesFor, pageTokens } from './kvPages';

/** Of the uniform `Sampling`, see shaders/lib/decode.wgsl. */
const samplingBytes = 48;

export interface DecodeCapacity {
  /** Sequences at once (a multiple of 64) and tokens that each may get. */
  readonly sequences: number;
  readonly newTokens: number;
}

/** Where a sequence starts: slots of its prompt (all but the last token), the last token, its global index. */
export interface SequenceStart {
  readonly prefixStart: number;
  readonly prefixLength: number;
  readonly lastToken: number;
  readonly sampleIndex: number;
}

type DecodeBuffers = Readonly<Record<'tokens' | 'sequences' | 'sampling' | 'active' | 'pages', GPUBuffer>>;

/** Keys and values of each layer, [slots, k | v]. */
interface KvCache {
  readonly pool: BufferPool;
  readonly slots: number;
  readonly layers: readonly GPUBuffer[];
}

export class DecodePlan {
  /** [sequences, newTokens] x (id, bits of logp, bits of entropy, 0). */
  readonly tokens: GPUBuffer;
  readonly sequences: GPUBuffer;
  private rows = 0;
  private limits = limitsOf({ topK: 0, topP: 1 }, 0);

  private constructor(
    private readonly gpu: Gpu,
    readonly capacity: DecodeCapacity,
    private readonly pool: BufferPool,
    private readonly buffers: DecodeBuffers,
    private readonly createCache: (slots: number) => KvCache,
    private readonly bind: (cache: KvCache) => Promise<Plan>,
    private cache: KvCache,
    private plan: Plan,
    private readonly sampledVocabulary: number,
  ) {
    this.tokens = buffers.tokens;
    this.sequences = buffers.sequences;
  }

  /** A cache of `slots` tokens, of prompts and of sequences. */
  static async build(
    gpu: Gpu,
    model: Omit<ProductContext, 'capacity'>,
    capacity: DecodeCapacity,
    slots: number,
    ropeTable: GPUBuffer,
    draw: DrawOptions,
  ): Promise<DecodePlan> {
    const { config, variant, weights, adapter } = model;
    const { layout } = weights;
    const { sequences: n, newTokens } = capacity;
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
      pages: pool.storage('tokens', 'pages', n * pagesFor(newTokens)),
    };
    const createCache = (count: number): KvCache => {
      const cachePool = new BufferPool(gpu, 'kv cache');
      const floats = count * 2 * config.kvHeads * config.headDim;
      const layers = layout.layers.map((_, l) => cachePool.storage('kv cache', String(l), floats));
      return { pool: cachePool, slots: count, layers };
    };
    const { sequences, sampling, active } = state;
    const common = { sampling: { buffer: sampling }, sequences: { buffer: sequences }, active: { buffer: active } };
    const rstd = { buffer: own.rstd };
    // x is the layer's input and, in place, its output
    const buffers = {
      ...own, raw: own.qkv, mixed: { buffer: own.mixed }, act: { buffer: own.act }, attentionRstd: rstd, mlpRstd: rstd, output: own.x,
    }; // prettier-ignore
    const { tokens } = state;
    const drawing = drawCalls(
      gpu,
      pool,
      context,
      { ...own, ...common, tokens: { buffer: tokens }, capacity: newTokens },
      draw,
    );
    const callsOf = (caches: readonly GPUBuffer[]): KernelCall[] => [
      ...decodeEmbed({ ...common, embedding: weights.embedding(), x: { buffer: own.x } }),
      ...layout.layers.flatMap((layer, l) => [
        ...projection(context, layer, buffers, { kind: 'plain' }, 'decode '),
        ...decodeAttention(headShape(context, layer), variant, {
          ...common,
          qkv: { buffer: own.qkv },
          cache: { buffer: at(caches, l) },
          pages: { buffer: state.pages },
          pageTokens,
          mixed: buffers.mixed,
          table: { buffer: ropeTable },
          vectors: weights.vector(layer.vectors),
        }),
        ...productsAfterAttention(context, layer, buffers, 'decode '),
      ]),
      ...drawing,
    ];
    const bind = ({ layers }: KvCache) => Plan.build(gpu, 'decode', callsOf(layers));
    const cache = createCache(slots);
    return new DecodePlan(
      gpu,
      capacity,
      pool,
      state,
      createCache,
      bind,
      cache,
      await bind(cache),
      draw.sampledVocabulary,
    );
  }

  /** Keys and values of each layer, [slots, k | v]; others after `reserve`. */
  get caches(): readonly GPUBuffer[] {
    return this.cache.layers;
  }

  get slots(): number {
    return this.cache.slots;
  }

  get pools(): readonly BufferPool[] {
    return [this.pool, this.cache.pool];
  }

  /** Room for `slots` tokens, and where it has to grow for more at once, `most` at most. What the cache holds stays. */
  async reserve(slots: number, most: number): Promise<void> {
    const old = this.cache;
    if (slots <= old.slots) return;
    const grown = this.createCache(Math.max(slots, Math.min(most, Math.ceil(1.5 * old.slots))));
    const encoder = this.gpu.device.createCommandEncoder({ label: 'kv cache' });
    old.layers.forEach((buffer, l) => {
      encoder.copyBufferToBuffer(buffer, 0, at(grown.layers, l), 0, buffer.size);
    });
    this.gpu.device.queue.submit([encoder.finish()]);
    this.cache = grown;
    old.pool.dispose();
    this.plan = await this.bind(grown);
  }

  /** Dispatches per decoded token, as the last rollout asked. */
  get dispatches(): number {
    return this.plan.count(drawSizes(Math.max(1, this.rows), this.limits));
  }

  /** Which pages belong to whom, see kvPages.ts. */
  writePages(table: Uint32Array<ArrayBuffer>): void {
    this.gpu.device.queue.writeBuffer(this.buffers.pages, 0, table);
  }

  /** Writes the sampling options and the start of every sequence. */
  start(starts: readonly SequenceStart[], request: RolloutRequest, eos: readonly number[]): void {
    const pagesEach = pagesFor(request.maxNewTokens);
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
    queue.writeBuffer(this.buffers.sampling, 0, words);
    const table = new Uint32Array(starts.length * 8);
    starts.forEach(({ prefixStart, prefixLength, lastToken, sampleIndex }, s) => {
      table.set([prefixStart, prefixLength, 0, 0, lastToken, sampleIndex, s * pagesEach, 0], s * 8);
    });
    queue.writeBuffer(this.sequences, 0, table);
    this.keep(Uint32Array.from(starts, (_, s) => s));
  }

  /** Goes on with these sequences only: activations are dense over them. */
  keep(active: Uint32Array<ArrayBuffer>): void {
    const { queue } = this.gpu.device;
    queue.writeBuffer(this.buffers.sampling, 0, new Uint32Array([active.length]));
    queue.writeBuffer(this.buffers.active, 0, active);
    this.rows = active.length;
  }

  /** Multiply-adds of a token of every sequence that goes on. */
  tokenCost(): number {
    return this.plan.cost(drawSizes(this.rows, this.limits));
  }

  /** `count` tokens for every sequence that goes on: one pass, unless a token alone is too long for a submit. */
  stretch(count: number): Stretch {
    const sizes = drawSizes(this.rows, this.limits);
    return plansStretch(this.gpu, 'decode', new Array<Plan>(count).fill(this.plan), sizes);
  }

  dispose(): void {
    for (const pool of this.pools) pool.dispose();
  }
}
