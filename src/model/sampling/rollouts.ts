/** Rollouts: prompts' keys and values once per group, then batched sampling, in chunks that fit. */
import type { BufferPool } from '../../gpu/buffers';
import type { Gpu } from '../../gpu/device';
import type { ReadbackRing } from '../../gpu/readback';
import { PacedSubmits, whole, type Stretch } from '../../gpu/pacedSubmits';
import { at } from '../../lib/invariant';
import { sum } from '../../lib/numeric';
import { packPrefixes } from '../batch/packPrefixes';
import type { ProductContext } from '../decoder/products';
import type { RolloutRequest, RolloutResult, RolloutWatch, SampledSequence } from '../policy';
import { DecodePlan, type SequenceStart } from './decodePlan';
import type { DrawOptions } from './drawCalls';
import { KvPages, worstSlots } from './kvPages';
import { Prefill, prefillCapacity, prefillRows } from './prefill';

/** Tokens of a submit, before its speed is known and at most. Between submits sequences that have ended leave the batch. */
const tokensPerSubmit = { first: 4, most: 64 };

/** The batch shrinks when no more than this share of it is still going. */
const shrinkAt = 0.75;

export interface RolloutContext extends Omit<ProductContext, 'capacity'> {
  readonly rope: GPUBuffer;
  readonly maxSequences: number;
  readonly draw: DrawOptions;
  /** Bytes of a layer's keys and values at most. */
  readonly maxCacheBytes: number;
}

export class Rollouts {
  private plan: DecodePlan | null = null;
  private prefill: Prefill | null = null;
  private readonly submits: PacedSubmits;
  private readonly prefillSubmits: PacedSubmits;

  constructor(
    private readonly gpu: Gpu,
    private readonly ring: ReadbackRing,
    private readonly context: RolloutContext,
  ) {
    this.submits = new PacedSubmits(gpu, 'rollout');
    this.prefillSubmits = new PacedSubmits(gpu, 'prefill');
  }

  async run(request: RolloutRequest, watch?: RolloutWatch): Promise<RolloutResult> {
    const { groupSize, prompts, maxNewTokens } = request;
    const sequences: SampledSequence[] = [];
    const { promptsAtOnce, samplesAtOnce } = this.batchSize(request);
    const total = prompts.length * groupSize * maxNewTokens;
    let sampledBefore = 0;
    for (let first = 0; first < prompts.length; first += promptsAtOnce) {
      const some = prompts.slice(first, first + promptsAtOnce);
      for (let sample = 0; sample < groupSize; sample += samplesAtOnce) {
        const count = Math.min(samplesAtOnce, groupSize - sample);
        const before = sequences.length * maxNewTokens;
        const drawn = await this.runChunk(request, some, first, sample, count, (done, sampled) =>
          watch?.(before + done, total, sampledBefore + sampled),
        );
        sampledBefore += sum(drawn.map(({ completion }) => completion.length));
        sequences.push(...drawn);
      }
    }
    return { sequences };
  }

  private async runChunk(
    request: RolloutRequest,
    prompts: readonly (readonly number[])[],
    firstPrompt: number,
    firstSample: number,
    samples: number,
    watch: (done: number, sampled: number) => void,
  ): Promise<SampledSequence[]> {
    const { maxNewTokens } = request;
    const longest = Math.max(...prompts.map(({ length }) => length - 1));
    const prefixes = packPrefixes(prompts, prefillRows(longest));
    const count = prompts.length * samples;
    const pages = new KvPages(prefixes.rows, count, maxNewTokens);
    const most = worstSlots(prefixes.rows, count, maxNewTokens);
    const everyone = Uint32Array.from({ length: count }, (_, s) => s);
    pages.extend(everyone, 1);
    const plan = await this.decodePlan(count, maxNewTokens, pages.slots, most);
    const starts: SequenceStart[] = [];
    prompts.forEach((prompt, p) => {
      for (let sample = 0; sample < samples; sample++) {
        starts.push({
          prefixStart: at(prefixes.starts, p),
          prefixLength: prompt.length - 1,
          lastToken: at(prompt, prompt.length - 1),
          sampleIndex: (firstPrompt + p) * request.groupSize + firstSample + sample,
        });
      }
    });
    plan.start(starts, request, this.context.config.eosTokenIds);
    let some = this.tokensNext(plan, maxNewTokens);
    pages.extend(everyone, some);
    await plan.reserve(pages.slots, most);
    plan.writePages(pages.table);
    const prefill = await this.prefillFor(plan, prefillCapacity(prefixes.rows, longest));
    let prefilled = 0;
    for (const batch of prefixes.batches.slice(0, -1)) {
      prefill.upload(batch, prefilled);
      await this.read(this.prefillSubmits, [prefill.stretch(batch)], [plan.sequences, 32], () => watch(0, 0));
      prefilled += batch.rows;
    }
    // the last prompts share the first tokens' submit
    const lastPrompts = prefixes.batches.at(-1) ?? null;
    if (lastPrompts) prefill.upload(lastPrompts, prefilled);

    let active = count;
    let sampled = 0;
    let done = 0;
    for (let token = 0; ;) {
      const stretches = [...(token === 0 && lastPrompts ? [prefill.stretch(lastPrompts)] : []), plan.stretch(some)];
      const state = await this.read(this.submits, stretches, [plan.sequences, count * 32], () => watch(done, sampled));
      token += some;
      const going = goingOn(state, count);
      sampled = tokensSampled(state, count);
      done = (count - going.length) * maxNewTokens + going.length * token;
      watch(done, sampled);
      if (going.length === 0 || token >= maxNewTokens) {
        const { newTokens } = plan.capacity;
        const tokens = await this.read(this.submits, [], [plan.tokens, count * newTokens * 16]);
        return this.unpack(state, tokens, newTokens, firstPrompt, samples);
      }
      // finished sequences leave the batch once enough of them have
      if (going.length <= active * shrinkAt) {
        plan.keep(going);
        active = going.length;
      }
      // and give their pages to those that go on
      const goesOn = new Set(going);
      for (const s of everyone) if (!goesOn.has(s)) pages.release(s);
      some = this.tokensNext(plan, maxNewTokens - token);
      pages.extend(going, token + some);
      await plan.reserve(pages.slots, most);
      plan.writePages(pages.table);
    }
  }

  /** Tokens that fit into a submit, one at least and `left` at most. */
  private tokensNext(plan: DecodePlan, left: number): number {
    const { cost, measured } = this.submits.next();
    const { first, most } = tokensPerSubmit;
    return Math.max(1, Math.min(left, measured ? most : first, Math.floor(cost / plan.tokenCost())));
  }

  /** Submits the stretches, then reads the first `bytes` bytes of `source`, as words. `watch`: between submits. */
  private async read(
    submits: PacedSubmits,
    stretches: readonly Stretch[],
    [source, bytes]: readonly [GPUBuffer, number],
    watch?: () => void,
  ): Promise<Uint32Array> {
    const readback = this.ring.reserve(bytes);
    const copy = whole(0, (encoder) => readback.copy(encoder, source, 0, 0, bytes));
    return new Uint32Array(await submits.run([...stretches, copy], readback, watch));
  }

  /** Whole groups where they fit, else a part of one: as many sequences as are wanted at once and as the cache holds. */
  private batchSize({ prompts, groupSize, maxNewTokens }: RolloutRequest) {
    const { maxSequences, maxCacheBytes, config } = this.context;
    const slots = Math.floor(maxCacheBytes / (8 * config.kvHeads * config.headDim));
    const prompt = Math.max(0, ...prompts.map(({ length }) => length - 1));
    const fitting = Math.floor((slots - worstSlots(prompt, 0, 0)) / worstSlots(0, 1, maxNewTokens));
    const groups = Math.min(maxSequences / groupSize, slots / worstSlots(prompt, groupSize, maxNewTokens));
    return {
      promptsAtOnce: Math.max(1, Math.floor(groups)),
      samplesAtOnce: Math.max(1, Math.min(groupSize, maxSequences, fitting)),
    };
  }

  /** With room for `slots` tokens in its cache; where that has to grow, for `mostSlots` at most. */
  private async decodePlan(
    sequences: number,
    newTokens: number,
    slots: number,
    mostSlots: number,
  ): Promise<DecodePlan> {
    const current = this.plan?.capacity;
    if (!this.plan || !current || current.sequences < sequences || current.newTokens < newTokens) {
      const capacity = {
        sequences: Math.max(Math.ceil(sequences / 64) * 64, current?.sequences ?? 0),
        newTokens: Math.max(newTokens, current?.newTokens ?? 0),
      };
      const { rope, draw } = this.context;
      const kept = this.plan?.slots ?? 0;
      this.plan?.dispose();
      this.plan = await DecodePlan.build(this.gpu, this.context, capacity, Math.max(slots, kept), rope, draw);
    }
    await this.plan.reserve(slots, mostSlots);
    this.gpu.check();
    return this.plan;
  }

  /** A prefill of at least `least` rows into the plan's cache. */
  private async prefillFor({ caches }: DecodePlan, least: number): Promise<Prefill> {
    const { prefill } = this;
    if (prefill?.caches === caches && prefill.capacity >= least) return prefill;
    prefill?.dispose();
    const capacity = Math.max(least, prefill?.capacity ?? 0);
    this.prefill = await Prefill.build(this.gpu, this.context, capacity, this.context.rope, caches);
    this.gpu.check();
    return this.prefill;
  }

  /** `state`: 8 words a sequence (word 2 its length); `tokens`: [sequences, newTokens] x (id, logp, entropy, 0). */
  private unpack(
    state: Uint32Array,
    tokens: Uint32Array,
    newTokens: number,
    firstPrompt: number,
    samples: number,
  ): SampledSequence[] {
    const floats = new Float32Array(tokens.buffer);
    return Array.from({ length: state.length / 8 }, (_, s): SampledSequence => {
      const length = at(state, s * 8 + 2);
      const completion: number[] = [];
      const logp = new Float32Array(length);
      const entropy = new Float32Array(length);
      for (let t = 0; t < length; t++) {
        const word = (s * newTokens + t) * 4;
        completion.push(at(tokens, word));
        logp[t] = at(floats, word + 1);
        entropy[t] = at(floats, word + 2);
      }
      const truncated = !this.context.config.eosTokenIds.includes(completion.at(-1) ?? -1);
      return { promptIndex: firstPrompt + Math.floor(s / samples), completion, logp, entropy, truncated };
    });
  }

  dispatchesPerToken(): number {
    return this.plan?.dispatches ?? 0;
  }

  pools(): BufferPool[] {
    return [...(this.plan?.pools ?? []), ...(this.prefill ? [this.prefill.pool] : [])];
  }

  dispose(): void {
    this.plan?.dispose();
    this.plan = null;
    this.prefill?.dispose();
    this.prefill = null;
  }
}

/** Sequences that have not ended. Word 3 of a sequence's state tells, see shaders/lib/decode.wgsl. */
function goingOn(words: Uint32Array, count: number): Uint32Array<ArrayBuffer> {
  const going: number[] = [];
  for (let s = 0; s < count; s++) if (words[s * 8 + 3] !== 1) going.push(s);
  return Uint32Array.from(going);
}

/** Word 2 of a sequence's state is its length. */
function tokensSampled(words: Uint32Array, count: number): number {
  let total = 0;
  for (let s = 0; s < count; s++) total += at(words, s * 8 + 2);
  return total;
}
