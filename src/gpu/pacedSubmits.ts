/** Work in as few submits as their budget of time allows. Between submits the caller is asked whether to go on. */
import { monotonicClock } from '../lib/clock';
import { at } from '../lib/invariant';
import { sum } from '../lib/numeric';
import type { Gpu } from './device';
import type { Plan, PlanSizes } from './plan';
import type { Readback } from './readback';
import { SubmitPacer } from './submitPacer';

export type Encode = (encoder: GPUCommandEncoder) => void;

/** Work that may be cut. */
export interface Stretch {
  /** Multiply-adds, see `Plan.cost`; 0 for what takes no time to speak of. */
  readonly cost: number;
  /** In at most so many pieces of about equal cost, to be submitted in this order. */
  pieces(parts: number): readonly Encode[];
}

/** Told between submits how much of the cost is done. What it throws ends the work there. */
export type WatchCost = (done: number, total: number) => void;

/** Work that stays whole. */
export const whole = (cost: number, encode: Encode): Stretch => ({ cost, pieces: () => [encode] });

/** Plans one after the other, cut between dispatches; each piece is a pass. */
export function plansStretch(gpu: Gpu, label: string, plans: readonly Plan[], sizes: PlanSizes): Stretch {
  const known = new Map([...new Set(plans)].map((plan) => [plan, plan.cost(sizes)]));
  const costs = plans.map((plan) => known.get(plan) ?? 0);
  const cost = sum(costs);
  return {
    cost,
    pieces: (parts) => {
      const inPass =
        (record: (pass: GPUComputePassEncoder) => void): Encode =>
        (encoder) => {
          const pass = encoder.beginComputePass({ label });
          gpu.counts.passes++;
          record(pass);
          pass.end();
        };
      if (parts === 1)
        return [
          inPass((pass) => {
            for (const plan of plans) plan.encode(pass, sizes);
          }),
        ];
      return plans.flatMap((plan, p) =>
        plan
          .split(sizes, Math.max(1, Math.ceil((parts * at(costs, p)) / cost)))
          .map((range) => inPass((pass) => plan.encode(pass, sizes, range))),
      );
    },
  };
}

export class PacedSubmits {
  private readonly pacer: SubmitPacer;
  private pending: Promise<unknown> | null = null;

  constructor(
    private readonly gpu: Gpu,
    private readonly label: string,
  ) {
    this.pacer = new SubmitPacer(monotonicClock, gpu.submitBudgetMs);
  }

  /** Until the last submit of a work of several: what its kernels read must stay as it is. */
  get submitting(): Promise<unknown> | null {
    return this.pending;
  }

  /** Cost of a submit; whether it was measured. */
  next(): { readonly cost: number; readonly measured: boolean } {
    return { cost: this.pacer.next(), measured: this.pacer.knows };
  }

  /** Submits the stretches in order and resolves to what `readback` holds then. One submit is made before this returns; of several
   * each waits for the one before. Rejects with what `watch` throws, and submits nothing more then. */
  async run(
    stretches: readonly Stretch[],
    readback: Readback,
    watch: WatchCost = () => undefined,
  ): Promise<ArrayBuffer> {
    const total = sum(stretches.map(({ cost }) => cost));
    const groups = this.groups(stretches);
    const last = groups.pop();
    const work = async (): Promise<ArrayBuffer> => {
      if (groups.length > 0) {
        const before = this.submitOneByOne(groups, total, readback, watch);
        const settled = before.catch(() => undefined);
        this.pending = settled;
        void settled.then(() => {
          if (this.pending === settled) this.pending = null;
        });
        await before;
      }
      if (last) this.submit(last.encodes);
      return readback.read();
    };
    return total > 0 ? this.pacer.measure(total, work) : work();
  }

  private async submitOneByOne(
    groups: readonly Group[],
    total: number,
    readback: Readback,
    watch: WatchCost,
  ): Promise<void> {
    let done = 0;
    try {
      for (const { cost, encodes } of groups) {
        this.submit(encodes);
        await this.gpu.device.queue.onSubmittedWorkDone();
        this.gpu.check();
        watch((done += cost), total);
      }
    } catch (error) {
      readback.release();
      throw error;
    }
  }

  private submit(encodes: readonly Encode[]): void {
    const encoder = this.gpu.device.createCommandEncoder({ label: this.label });
    for (const encode of encodes) encode(encoder);
    this.gpu.device.queue.submit([encoder.finish()]);
  }

  private groups(stretches: readonly Stretch[]): Group[] {
    const most = this.pacer.next();
    const groups: Group[] = [];
    for (const stretch of stretches) {
      const pieces = stretch.pieces(Math.max(1, Math.ceil(stretch.cost / most)));
      const cost = stretch.cost / pieces.length;
      for (const encode of pieces) {
        const open = groups.at(-1);
        if (open && open.cost + cost <= most) {
          open.cost += cost;
          open.encodes.push(encode);
        } else groups.push({ cost, encodes: [encode] });
      }
    }
    return groups;
  }
}

/** What goes into one submit. */
interface Group {
  cost: number;
  readonly encodes: Encode[];
}
