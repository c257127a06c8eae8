/** Rollouts: prompts' prefixes once per group, then batched sampling, in chunks that fit. */
import type { BufferPool } from '../../gpu/buffers';
import type { Gpu } from '../../gpu/device';
import type { ReadbackRing } from '../../gpu/readback';
import { SubmitPacer } from '../../gpu/submitPacer';
import { noLoss } from '../../kernels/batchUniform';
import { monotonicClock } from '../../lib/clock';
import { at } from '../../lib/invariant';
import { headTable } from '../batch/headTable';
import { packPrefixes } from '../batch/packPrefixes';
import type { PackedPlan } from '../decoder/packedPlan';
import type { ProductContext } from '../decoder/products';
import type { RolloutRequest, RolloutResult, SampledSequence } from '../policy';
import { DecodePlan, type SequenceStart } from './decodePlan';
import type { DrawOptions } from './drawCalls';

/** Tokens of a submit. Between submits sequences that have ended leave the batch. */
const tokensPerSubmit = { first: 16, most: 64 };

/** The batch shrinks when no more than this share of it is still going. */
const shrinkAt = 0.75;

export interface RolloutContext extends Omit<ProductContext, 'capacity'> {
  readonly rope: GPUBuffer;
  readonly maxSequences: number;
  readonly draw: DrawOptions;
  /** A plan that holds `rows` rows. */
  readonly prefixPlan: (rows: number) => PackedPlan;
}

export class Rollouts {
  private plan: DecodePlan | null = null;
  private prefixOwner: PackedPlan | null = null;
  private readonly pacer: SubmitPacer;

  constructor(
    private readonly gpu: Gpu,
    private readonly ring: ReadbackRing,
    private readonly context: RolloutContext,
  ) {
    this.pacer = new SubmitPacer(monotonicClock, { ...tokensPerSubmit, budgetMs: gpu.submitBudgetMs });
  }

  async run(request: RolloutRequest, onToken?: (done: number, total: number) => void): Promise<RolloutResult> {
    const { groupSize, prompts } = request;
    const sequences: SampledSequence[] = [];
    const promptsAtOnce = Math.max(1, Math.floor(this.context.maxSequences / groupSize));
    const samplesAtOnce = Math.min(groupSize, this.context.maxSequences);
    const chunks = Math.ceil(prompts.length / promptsAtOnce) * Math.ceil(groupSize / samplesAtOnce);
    let chunk = 0;
    for (let first = 0; first < prompts.length; first += promptsAtOnce) {
      const some = prompts.slice(first, first + promptsAtOnce);
      for (let sample = 0; sample < groupSize; sample += samplesAtOnce) {
        const count = Math.min(samplesAtOnce, groupSize - sample);
        const done = chunk++;
        sequences.push(
          ...(await this.runChunk(request, some, first, sample, count, (token) => {
            onToken?.(done * request.maxNewTokens + token, chunks * request.maxNewTokens);
          })),
        );
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
    onToken: (token: number) => void,
  ): Promise<SampledSequence[]> {
    const prefixes = packPrefixes(prompts);
    const packed = this.context.prefixPlan(Math.max(64, prefixes.batch.rows));
    const prefixCalls = await packed.prefix();
    this.gpu.check();
    const count = prompts.length * samples;
    const plan = await this.decodePlan(count, request.maxNewTokens, packed);
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
    packed.upload(0, prefixes.batch, headTable(prefixes.batch, null), noLoss);

    let active = count;
    for (let token = 0; ;) {
      const some = Math.min(this.pacer.next(), request.maxNewTokens - token);
      const state = await this.pacer.measure(some, () =>
        this.submit([plan.sequences, count * 32], (encoder) => {
          if (token === 0 && prefixes.batch.rows > 0) {
            packed.encodeUpload(encoder, 0, prefixes.batch);
            packed.encode(encoder, prefixes.batch, [prefixCalls]);
          }
          plan.encode(encoder, some);
        }),
      );
      token += some;
      onToken(token);
      const going = goingOn(state, count);
      if (going.length === 0 || token >= request.maxNewTokens) {
        const { newTokens } = plan.capacity;
        const tokens = await this.submit([plan.tokens, count * newTokens * 16], () => undefined);
        return this.unpack(state, tokens, newTokens, firstPrompt, samples);
      }
      // finished sequences leave the batch once enough of them have
      if (going.length <= active * shrinkAt) {
        plan.keep(going);
        active = going.length;
      }
    }
  }

  /** One submit, then the first `bytes` bytes of `source`, as words. */
  private async submit(
    [source, bytes]: readonly [GPUBuffer, number],
    encode: (encoder: GPUCommandEncoder) => void,
  ): Promise<Uint32Array> {
    const readback = this.ring.reserve(bytes);
    const encoder = this.gpu.device.createCommandEncoder({ label: 'rollout' });
    encode(encoder);
    readback.copy(encoder, source, 0, 0, bytes);
    this.gpu.device.queue.submit([encoder.finish()]);
    return new Uint32Array(await readback.read());
  }

  private async decodePlan(sequences: number, newTokens: number, packed: PackedPlan): Promise<DecodePlan> {
    const current = this.plan;
    const fits = current && current.capacity.sequences >= sequences && current.capacity.newTokens >= newTokens;
    if (current && fits && this.prefixOwner === packed) return current;
    const capacity = {
      sequences: Math.max(Math.ceil(sequences / 64) * 64, current?.capacity.sequences ?? 0),
      newTokens: Math.max(newTokens, current?.capacity.newTokens ?? 0),
    };
    current?.dispose();
    const { rope, draw } = this.context;
    const prefix = packed.layers.map((layer) => layer.qkv);
    this.plan = await DecodePlan.build(this.gpu, this.context, capacity, rope, prefix, draw);
    this.prefixOwner = packed;
    this.gpu.check();
    return this.plan;
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

  pool(): BufferPool | null {
    return this.plan?.pool ?? null;
  }

  dispose(): void {
    this.plan?.dispose();
    this.plan = null;
  }
}

/** Sequences that have not ended. Word 3 of a sequence's state tells, see shaders/lib/decode.wgsl. */
function goingOn(words: Uint32Array, count: number): Uint32Array<ArrayBuffer> {
  const going: number[] = [];
  for (let s = 0; s < count; s++) if (words[s * 8 + 3] !== 1) going.push(s);
  return Uint32Array.from(going);
}
