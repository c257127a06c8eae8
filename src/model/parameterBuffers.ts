/** The parameter arenas on the GPU: weights, their folded transposes, gradients and moments, and the tables over them. */
import { type BufferPool, sliceOf } from '../gpu/buffers';
import type { Gpu } from '../gpu/device';
import { Plan, type BufferSlice } from '../gpu/plan';
import type { GemmSpec } from '../kernels/gemm';
import { adamw, finishGradients, foldWeights, gradNorm } from '../kernels/optimizer';
import type { KernelVariant } from '../kernels/variant';
import type { ModelConfig } from './config';
import { gradientTables, isTied, type MatrixRegion, type ParameterLayout } from './layout';
import type { OptimizerOptions } from './policy';

/** Floats of AdamW's uniform, see adamw.wgsl. */
const optionFloats = 12;

export class ParameterBuffers {
  readonly weights: GPUBuffer;
  readonly folded: GPUBuffer;
  /** Created by `prepareTraining`; sampling alone needs none of them. */
  grads: GPUBuffer | null = null;
  firstMoment: GPUBuffer | null = null;
  secondMoment: GPUBuffer | null = null;
  /** Gradient norm, 1 if the step was skipped. */
  report: GPUBuffer | null = null;
  private options: GPUBuffer | null = null;
  private foldPlan: Plan | null = null;
  private finishPlan: Plan | null = null;
  private stepPlan: Plan | null = null;
  private readonly tables;
  private readonly matrixTable: GPUBuffer;

  constructor(
    private readonly gpu: Gpu,
    private readonly pool: BufferPool,
    config: ModelConfig,
    readonly layout: ParameterLayout,
    private readonly variant: KernelVariant,
  ) {
    this.tables = gradientTables(layout, isTied(config, layout.headKind));
    this.weights = pool.storage('weights', 'weights', layout.count);
    this.folded = pool.storage('folded weights', 'folded weights', layout.foldedLength);
    this.matrixTable = this.table('matrix table', this.tables.matrices);
  }

  weight(region: MatrixRegion): BufferSlice {
    return sliceOf(this.weights, region.at, region.rows * region.columns);
  }

  /** Factor of y = x W^T for W = `region`, gains folded in: [columns, rows]. */
  forwardFactor(region: MatrixRegion): Pick<GemmSpec, 'b' | 'k' | 'n'> {
    const b = sliceOf(this.folded, region.foldedAt, region.rows * region.columns);
    return { b, k: region.columns, n: region.rows };
  }

  /** Factor of d x = d y W. */
  backwardFactor(region: MatrixRegion): Pick<GemmSpec, 'b' | 'k' | 'n'> {
    return { b: this.weight(region), k: region.rows, n: region.columns };
  }

  vector(start: number, length: number): BufferSlice {
    return sliceOf(this.weights, start, length);
  }

  /** Replaces all weights by an arena image and refreshes the transposes. */
  async upload(image: Float32Array<ArrayBuffer>): Promise<void> {
    this.gpu.device.queue.writeBuffer(this.weights, 0, image);
    this.foldPlan ??= await Plan.build(this.gpu, 'fold', [this.foldCall()]);
    const encoder = this.gpu.device.createCommandEncoder({ label: 'fold' });
    const pass = encoder.beginComputePass();
    this.foldPlan.encode(pass, {});
    pass.end();
    this.gpu.counts.passes++;
    this.gpu.device.queue.submit([encoder.finish()]);
  }

  /** Allocates gradients and moments and compiles the step; safe to call again. */
  async prepareTraining(): Promise<void> {
    if (this.stepPlan) return;
    const { layout, variant, gpu, pool } = this;
    const grads = (this.grads ??= pool.storage(
      'gradients',
      'gradients',
      layout.gradientLength * variant.gradientSlabs,
    ));
    const firstMoment = (this.firstMoment ??= pool.storage('optimizer', 'first moment', layout.count));
    const secondMoment = (this.secondMoment ??= pool.storage('optimizer', 'second moment', layout.count));
    const report = (this.report ??= pool.storage('optimizer', 'report', 4));
    const options = (this.options ??= pool.uniform('adamw options', optionFloats * 4));
    const chunkCount = this.tables.chunks.length / 8;
    const gainPartial = pool.storage('gradients', 'gain partial sums', chunkCount * layout.width);
    const normPartial = pool.storage('gradients', 'norm partial sums', variant.normPartials);
    const finish = [
      ...finishGradients({
        variant,
        weights: { buffer: this.weights },
        grads: { buffer: grads },
        slabLength: layout.gradientLength,
        chunks: { buffer: this.table('chunk table', this.tables.chunks) },
        chunkCount,
        norms: { buffer: this.table('norm table', this.tables.norms) },
        normCount: this.tables.norms.length / 4,
        partial: { buffer: gainPartial },
        columns: layout.width,
      }),
      gradNorm({
        variant,
        grads: { buffer: grads },
        slabLength: layout.gradientLength,
        count: layout.count,
        partial: { buffer: normPartial },
      }),
    ];
    const step = adamw({
      variant,
      options: { buffer: options },
      weights: { buffer: this.weights },
      grads: { buffer: grads },
      firstMoment: { buffer: firstMoment },
      secondMoment: { buffer: secondMoment },
      partial: { buffer: normPartial },
      report: { buffer: report },
      count: layout.count,
      vectorsAt: layout.vectorsAt,
    });
    this.normPartial = normPartial;
    this.finishPlan = await Plan.build(gpu, 'finish gradients', finish);
    this.stepPlan = await Plan.build(gpu, 'optimizer step', [step, this.foldCall()]);
  }

  normPartial: GPUBuffer | null = null;

  clearGradients(encoder: GPUCommandEncoder): void {
    if (this.grads) encoder.clearBuffer(this.grads);
  }

  encodeFinish(pass: GPUComputePassEncoder): void {
    this.finishPlan?.encode(pass, {});
  }

  /** AdamW's options for optimiser step `step` (1-based); written before the submit that holds the step. */
  writeOptions(options: OptimizerOptions, step: number, vectorDecay: boolean): void {
    if (!this.options) throw new Error('prepareTraining first');
    const { learningRate, beta1, beta2, eps, weightDecay, maxGradNorm } = options;
    const values = [
      learningRate, beta1, beta2, eps, weightDecay, vectorDecay ? weightDecay : 0, 1 - beta1 ** step, Math.sqrt(1 - beta2 ** step),
      Number.isFinite(maxGradNorm) ? maxGradNorm : 3e38, 0, 0, 0,
    ]; // prettier-ignore
    this.gpu.device.queue.writeBuffer(this.options, 0, new Float32Array(values));
  }

  encodeStep(pass: GPUComputePassEncoder): void {
    this.stepPlan?.encode(pass, {});
  }

  private foldCall() {
    return foldWeights({
      matrices: { buffer: this.matrixTable },
      matrixCount: this.tables.matrices.length / 8,
      largestBlocks: this.tables.largestBlocks,
      weights: { buffer: this.weights },
      folded: { buffer: this.folded },
    });
  }

  private table(label: string, values: Uint32Array): GPUBuffer {
    const buffer = this.pool.storage('tables', label, values.length);
    this.gpu.device.queue.writeBuffer(buffer, 0, new Uint32Array(values));
    return buffer;
  }
}
