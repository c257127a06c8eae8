/** Static plans: dispatches with prebuilt pipelines and bind groups, replayed in a tight loop. */
import type { Gpu } from './device';
import type { TemplateConstants } from './shaderTemplate';

/** Part of a buffer, in bytes; `size` undefined means to its end. */
export interface BufferSlice {
  readonly buffer: GPUBuffer;
  readonly offset?: number;
  readonly size?: number;
}

/** Sizes that change from replay to replay without touching a GPU object (rows of this micro-batch ...). */
export type PlanSizes = Readonly<Record<string, number>>;

export type Grid = readonly [number, number, number];

/** One dispatch as data: what a kernel's wrapper returns. Bindings are in binding order, group 0; null leaves a number unused. */
export interface KernelCall {
  readonly label: string;
  readonly shader: string;
  readonly constants: TemplateConstants;
  readonly bindings: readonly (BufferSlice | null)[];
  /** Work groups for these sizes; any zero skips the dispatch. */
  readonly grid: (sizes: PlanSizes) => Grid;
}

interface PlannedDispatch {
  readonly label: string;
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly grid: (sizes: PlanSizes) => Grid;
}

export class Plan {
  private constructor(
    private readonly gpu: Gpu,
    readonly label: string,
    private readonly dispatches: readonly PlannedDispatch[],
  ) {}

  /** Compiles what is not compiled yet and builds every bind group. */
  static async build(gpu: Gpu, label: string, calls: readonly KernelCall[]): Promise<Plan> {
    const pipelines = await Promise.all(calls.map((call) => gpu.pipelines.get(call.shader, call.constants)));
    const dispatches = calls.map((call, index): PlannedDispatch => {
      const pipeline = pipelines[index];
      if (!pipeline) throw new Error(`no pipeline for ${call.label}`);
      const bindGroup = gpu.device.createBindGroup({
        label: call.label,
        layout: pipeline.getBindGroupLayout(0),
        entries: call.bindings.flatMap((slice, binding) => (slice ? [{ binding, resource: { ...slice } }] : [])),
      });
      return { label: call.label, pipeline, bindGroup, grid: call.grid };
    });
    return new Plan(gpu, label, dispatches);
  }

  /** Dispatches that these sizes run. */
  count(sizes: PlanSizes): number {
    return this.dispatches.filter(({ grid }) => !grid(sizes).includes(0)).length;
  }

  /** Records all dispatches into `pass`. */
  encode(pass: GPUComputePassEncoder, sizes: PlanSizes): void {
    for (const dispatch of this.dispatches) {
      const [x, y, z] = dispatch.grid(sizes);
      if (x === 0 || y === 0 || z === 0) continue;
      pass.setPipeline(dispatch.pipeline);
      pass.setBindGroup(0, dispatch.bindGroup);
      pass.dispatchWorkgroups(x, y, z);
      this.gpu.counts.dispatches++;
    }
  }

  /** Runs every dispatch in a submit of its own and reports wall milliseconds: where the time goes on adapters without timestamps. `now`: the shell's clock, milliseconds. */
  async profile(sizes: PlanSizes, now: () => number): Promise<{ label: string; milliseconds: number }[]> {
    const rows: { label: string; milliseconds: number }[] = [];
    for (const dispatch of this.dispatches) {
      const [x, y, z] = dispatch.grid(sizes);
      if (x === 0 || y === 0 || z === 0) continue;
      const encoder = this.gpu.device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      pass.setPipeline(dispatch.pipeline);
      pass.setBindGroup(0, dispatch.bindGroup);
      pass.dispatchWorkgroups(x, y, z);
      pass.end();
      const commands = encoder.finish();
      const start = now();
      this.gpu.device.queue.submit([commands]);
      await this.gpu.device.queue.onSubmittedWorkDone();
      rows.push({ label: dispatch.label, milliseconds: now() - start });
    }
    return rows;
  }
}

/** Splits `groups` over x and y so that neither passes the limit of 65,535; kernels compute y * gridX + x and check bounds. */
export function grid1d(groups: number): Grid {
  if (groups <= 65535) return [groups, 1, 1];
  const y = Math.ceil(groups / 65535);
  return [Math.ceil(groups / y), y, 1];
}
