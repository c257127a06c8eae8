/**
 * Forward, loss and backward over packed micro-batches of at most `capacity` rows: buffers and static plans.
 *
 * One instance serves update, score, logits and the prompts' prefix of a rollout. Everything a micro-batch needs is
 * uploaded to a slot and copied inside the encoder, so that any number of micro-batches share one submit.
 */
import { BufferPool, sliceOf } from '../gpu/buffers';
import type { Gpu } from '../gpu/device';
import { Plan, type KernelCall, type PlanSizes } from '../gpu/plan';
import { batchUniformBytes } from '../kernels/batchUniform';
import { embed, embedGrad } from '../kernels/embed';
import { gemm } from '../kernels/gemm';
import { scatterRows } from '../kernels/rowSums';
import { tokenLoss } from '../kernels/tokenLoss';
import { valueLoss } from '../kernels/valueLoss';
import type { KernelVariant } from '../kernels/variant';
import { weightGrad } from '../kernels/weightGrad';
import { InputError } from '../lib/errors';
import { at } from '../lib/invariant';
import type { ModelConfig } from './config';
import {
  backwardCalls,
  forwardCalls,
  projectCalls,
  type LayerActivations,
  type LayerContext,
  type LayerGradients,
} from './layerCalls';
import { swigluDots } from '../kernels/gemm';
import type { ParameterBuffers } from './parameterBuffers';
import type { MicroBatch } from './packing';
import { UploadSlots, type BatchTables } from './uploadSlots';
import type { LossOptions } from '../records/weighted';

export interface TrainingCapacity {
  /** Packed rows and head rows of one micro-batch, multiples of 64. */
  readonly rows: number;
  readonly headRows: number;
}

export class TrainingPlan {
  readonly pool: BufferPool;
  readonly layers: LayerActivations[];
  readonly logits: GPUBuffer;
  readonly result: GPUBuffer;
  private readonly tables: BatchTables;
  private readonly slots: UploadSlots;
  private readonly context: LayerContext;
  private readonly streams: GPUBuffer[];
  private readonly headRstd: GPUBuffer;
  private readonly rowDot: GPUBuffer;
  private gradients: LayerGradients | null = null;
  private dHead: GPUBuffer | null = null;
  private plans: { prefix?: Plan; forward?: Plan; head?: Plan; score?: Plan; loss?: Plan; backward?: Plan } = {};

  constructor(
    private readonly gpu: Gpu,
    private readonly config: ModelConfig,
    private readonly parameters: ParameterBuffers,
    private readonly variant: KernelVariant,
    readonly capacity: TrainingCapacity,
    ropeTable: GPUBuffer,
  ) {
    const { layout } = parameters;
    const pool = (this.pool = new BufferPool(gpu, 'training'));
    const R = capacity.rows;
    const H = capacity.headRows;
    this.tables = {
      batch: pool.uniform('batch', batchUniformBytes),
      rows: pool.storage('tables', 'rows', R * 8),
      headRows: pool.storage('tables', 'head rows', H * 8),
      runs: pool.storage('tables', 'token runs', R * 4),
      sortedRows: pool.storage('tables', 'sorted rows', R),
    };
    this.slots = new UploadSlots(gpu, pool, this.tables, capacity);
    const activation = (label: string, count: number) => pool.storage('activations', label, count);
    this.streams = Array.from({ length: config.layers + 1 }, (_, l) => activation(`x ${l}`, R * layout.width));
    this.layers = Array.from({ length: config.layers }, (_, l): LayerActivations => {
      const qkv = activation(`qkv ${l}`, R * layout.qkvWidth);
      return {
        x: at(this.streams, l),
        middle: activation(`middle ${l}`, R * layout.width),
        rstd: activation(`rstd ${l}`, 2 * R),
        qkv,
        raw: config.qkNorm ? activation(`raw qkv ${l}`, R * layout.qkvWidth) : qkv,
        mixedAct: activation(`mixed, act ${l}`, R * (layout.mixedWidth + layout.mlpWidth)),
        gateUp: activation(`gate up ${l}`, R * 2 * layout.mlpWidth),
        stats: activation(`attention stats ${l}`, R * (3 * config.heads + config.kvHeads)),
      };
    });
    this.logits = activation('logits', H * layout.head.rows);
    this.headRstd = activation('head rstd', H);
    this.rowDot = activation('head dots', H);
    this.result = activation('result', H * 4);
    this.context = {
      config, layout, variant, parameters, capacity: R,
      batch: { buffer: this.tables.batch }, rows: { buffer: this.tables.rows }, table: { buffer: ropeTable },
    }; // prettier-ignore
  }

  /** Compiles and allocates for the given work; safe to call again. */
  async prepare(work: 'prefix' | 'forward' | 'score' | 'train'): Promise<void> {
    const { gpu, plans } = this;
    if (work === 'prefix') {
      plans.prefix ??= await Plan.build(gpu, 'prefix', this.prefixPart());
      return;
    }
    plans.forward ??= await Plan.build(gpu, 'forward', this.forwardPart());
    plans.head ??= await Plan.build(gpu, 'head', [this.headCall()]);
    if (work === 'score') plans.score ??= await Plan.build(gpu, 'score', [this.lossCall(false)]);
    if (work !== 'train') return;
    checkBindings(gpu, this.config);
    await this.parameters.prepareTraining();
    plans.loss ??= await Plan.build(gpu, 'loss', [this.lossCall(true)]);
    plans.backward ??= await Plan.build(gpu, 'backward', this.backwardPart());
  }

  /** Writes micro-batch `slot`'s tables (`head`: see headTable.ts) into its upload slot (before the submit). */
  upload(slot: number, batch: MicroBatch, head: ArrayBuffer, loss: LossOptions): void {
    this.slots.write(slot, batch, head, loss);
  }

  /** Copies slot `slot` to where the kernels read it. */
  encodeUpload(encoder: GPUCommandEncoder, slot: number, batch: MicroBatch): void {
    this.slots.encode(encoder, slot, batch);
  }

  /** Records the given stages, in order, into one pass. */
  encode(
    encoder: GPUCommandEncoder,
    batch: MicroBatch,
    stages: readonly ('prefix' | 'forward' | 'head' | 'score' | 'loss' | 'backward')[],
  ): void {
    const pass = encoder.beginComputePass({ label: stages.join(', ') });
    this.gpu.counts.passes++;
    for (const stage of stages) this.stage(stage).encode(pass, sizesOf(batch));
    pass.end();
  }

  stage(stage: keyof TrainingPlan['plans']): Plan {
    const plan = this.plans[stage];
    if (!plan) throw new Error(`the ${stage} plan was not prepared`);
    return plan;
  }

  dispose(): void {
    this.pool.dispose();
  }

  private embedCall(): KernelCall {
    const { layout } = this.parameters;
    return embed({
      batch: this.context.batch, rows: this.context.rows, embedding: this.parameters.weight(layout.embedding),
      x: { buffer: at(this.streams, 0) }, width: layout.width,
    }); // prettier-ignore
  }

  private forwardPart(): KernelCall[] {
    const { layout } = this.parameters;
    return [
      this.embedCall(),
      ...layout.layers.flatMap((layer, l) =>
        forwardCalls(this.context, layer, at(this.layers, l), at(this.streams, l + 1)),
      ),
    ];
  }

  /** As forward, but the last layer only projects: a prefix gives keys and values, no logits. */
  private prefixPart(): KernelCall[] {
    const { layout } = this.parameters;
    const last = this.config.layers - 1;
    return [
      this.embedCall(),
      ...layout.layers.flatMap((layer, l) =>
        l < last
          ? forwardCalls(this.context, layer, at(this.layers, l), at(this.streams, l + 1))
          : projectCalls(this.context, layer, at(this.layers, l)),
      ),
    ];
  }

  private headCall(): KernelCall {
    const { layout } = this.parameters;
    return gemm({
      label: 'final norm, head',
      variant: this.variant,
      a: { buffer: at(this.streams, this.config.layers) },
      ...this.parameters.forwardFactor(layout.head),
      c: { buffer: this.logits },
      rows: 'headRows',
      capacity: this.capacity.headRows,
      gather: { buffer: this.tables.headRows },
      norm: { rstd: { buffer: this.headRstd }, epsilon: this.config.rmsNormEps, width: this.config.hiddenSize },
      output: { kind: 'plain' },
    });
  }

  private lossCall(gradient: boolean): KernelCall {
    const { layout } = this.parameters;
    const common = {
      batch: this.context.batch,
      headRows: { buffer: this.tables.headRows },
      result: { buffer: this.result },
      rowDot: { buffer: this.rowDot },
      gradient,
    };
    const logits = { buffer: this.logits };
    switch (layout.headKind) {
      case 'vocabulary': {
        const vocabulary = this.config.vocabularySize;
        return tokenLoss({ ...common, variant: this.variant, logits, vocabulary, stride: layout.head.rows });
      }
      case 'value':
        return valueLoss({ ...common, values: logits });
      default:
        return layout.headKind satisfies never;
    }
  }

  private backwardPart(): KernelCall[] {
    const { config, parameters, variant } = this;
    const { layout } = parameters;
    const R = this.capacity.rows;
    const scratch = (label: string, count: number) => this.pool.storage('activation gradients', label, count);
    const gradients = (this.gradients ??= {
      dx: scratch('dx', R * layout.width),
      dMiddle: scratch('d middle', R * layout.width),
      dLinear: scratch('d qkv, d gate up', R * (layout.qkvWidth + 2 * layout.mlpWidth)),
      dMixed: scratch('d mixed', R * layout.mixedWidth),
      mlpDots: scratch('mlp dots', R * swigluDots(layout.mlpWidth, variant)),
      normGrad: config.qkNorm ? scratch('q and k norm gradients', R * layout.qkvWidth) : null,
    });
    const dHead = (this.dHead ??= scratch('d head', this.capacity.headRows * layout.width));
    const last = at(this.streams, config.layers);
    const grads = parameters.grads;
    if (!grads) throw new Error('prepareTraining first');
    const headRows = { buffer: this.tables.headRows };
    const headLength = layout.head.rows * layout.head.columns;
    return [
      weightGrad({
        label: 'head weight gradient',
        variant,
        batch: this.context.batch,
        grads: sliceOf(grads, layout.headGradientAt, (variant.gradientSlabs - 1) * layout.gradientLength + headLength),
        slabLength: layout.gradientLength,
        sources: [{ buffer: this.logits }, { buffer: last }],
        rowScale: { buffer: this.headRstd },
        headRows,
        problems: [{ dy: 0, dyColumns: 0, n: layout.head.rows, x: 1, xColumns: 0, k: layout.width, scale: 0, out: 0 }],
      }),
      gemm({
        label: 'head backward, final norm backward',
        variant,
        a: { buffer: this.logits },
        ...parameters.backwardFactor(layout.head),
        c: { buffer: dHead },
        rows: 'headRows',
        capacity: this.capacity.headRows,
        output: {
          kind: 'normBackward', residual: null, x: { buffer: last }, rstd: { buffer: this.headRstd }, gain: parameters.vector(layout.finalNorm, layout.width),
          rowDot: { buffer: this.rowDot }, dots: 1, width: config.hiddenSize, gatherX: headRows,
        }, // prettier-ignore
      }),
      scatterRows({
        batch: this.context.batch,
        rows: this.context.rows,
        dHead: { buffer: dHead },
        dx: { buffer: gradients.dx },
        width: layout.width,
      }),
      ...[...layout.layers.entries()]
        .reverse()
        .flatMap(([l, layer]) => backwardCalls(this.context, layer, at(this.layers, l), gradients)),
      embedGrad({
        runs: { buffer: this.tables.runs },
        sortedRows: { buffer: this.tables.sortedRows },
        dx: { buffer: gradients.dx },
        grads: sliceOf(grads, layout.embedding.at, layout.embedding.rows * layout.embedding.columns),
        width: layout.width,
      }),
    ];
  }
}

/** Training with q/k norms binds ten storage buffers in attention's backward pass; WebGPU promises eight, most adapters offer
 * ten or more. Throws `InputError` with both numbers where that is too few. */
function checkBindings(gpu: Gpu, config: ModelConfig): void {
  const needed = config.qkNorm ? 10 : 8;
  const offered = gpu.limits['maxStorageBuffersPerShaderStage'] ?? 8;
  if (offered >= needed) return;
  const allowed = `an adapter with ${needed} storage buffers per kernel for its q/k norms; this one offers ${offered}`;
  throw new InputError('model', config.architecture, allowed);
}

export function sizesOf(batch: MicroBatch): PlanSizes {
  return { rows: batch.rows, headRows: batch.headRows, runs: batch.runs };
}
