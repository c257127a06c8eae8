/** Static plans: dispatches with prebuilt pipelines and bind groups, replayed in a tight loop. */
import { at } from '../lib/invariant';
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
  /** Multiply-adds of a row, of the rows that `grid` counts: by it long plans are cut. Left out where they are few. */
  readonly rowCost?: { readonly rows: string; readonly multiplyAdds: number };
}

/** Some of a plan's dispatches: those from `from` to before `to`. */
export interface DispatchRange {
  readonly from: number;
  readonly to: number;
}

interface PlannedDispatch {
  readonly label: string;
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly grid: (sizes: PlanSizes) => Grid;
  readonly rowCost: KernelCall['rowCost'];
}

/** Multiply-adds that a dispatch is taken for beside its own: small ones take time too. */
const dispatchCost = 2 ** 16;

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
      return { label: call.label, pipeline, bindGroup, grid: call.grid, rowCost: call.rowCost };
    });
    return new Plan(gpu, label, dispatches);
  }

  /** Dispatches that these sizes run. */
  count(sizes: PlanSizes): number {
    return this.dispatches.filter(({ grid }) => !grid(sizes).includes(0)).length;
  }

  /** Multiply-adds of these sizes, roughly. */
  cost(sizes: PlanSizes): number {
    return this.dispatches.reduce((total, dispatch) => total + costOf(dispatch, sizes), 0);
  }

  /** All dispatches in runs of about equal cost, at most `parts` of them and none empty. */
  split(sizes: PlanSizes, parts: number): DispatchRange[] {
    const share = this.cost(sizes) / parts;
    const ranges: DispatchRange[] = [];
    let from = 0;
    let cost = 0;
    this.dispatches.forEach((dispatch, index) => {
      cost += costOf(dispatch, sizes);
      if (cost < share * (ranges.length + 1) && index < this.dispatches.length - 1) return;
      ranges.push({ from, to: index + 1 });
      from = index + 1;
    });
    return ranges;
  }

  /** Records all dispatches into `pass`, or some of them. */
  encode(pass: GPUComputePassEncoder, sizes: PlanSizes, range?: DispatchRange): void {
    const end = range?.to ?? this.dispatches.length;
    for (let index = range?.from ?? 0; index < end; index++) {
      const dispatch = at(this.dispatches, index);
      const [x, y, z] = dispatch.grid(sizes);
      if (x === 0 || y === 0 || z === 0) continue;
      pass.setPipeline(dispatch.pipeline);
      pass.setBindGroup(0, dispatch.bindGroup);
      pass.dispatchWorkgroups(x, y, z);
      this.gpu.counts.dispatches++;
    }
  }
}

const costOf = ({ rowCost }: PlannedDispatch, sizes: PlanSizes): number =>
  dispatchCost + (rowCost === undefined ? 0 : rowCost.multiplyAdds * (sizes[rowCost.rows] ?? 0));

/** Splits `groups` over x and y so that neither passes the limit of 65,535; kernels compute y * gridX + x and check bounds. */
export function grid1d(groups: number): Grid {
  if (groups <= 65535) return [groups, 1, 1];
  const y = Math.ceil(groups / 65535);
  return [Math.ceil(groups / y), y, 1];
}
