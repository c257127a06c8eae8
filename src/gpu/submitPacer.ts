/** Sizes submits by measured time: long ones make a page stutter and risk the driver's watchdog, short ones cost a round trip. */
import type { Clock } from '../lib/clock';

/** Multiply-adds of a submit before anything was measured: a tenth of a second on two processor cores. */
const firstCost = 2 ** 29;

export class SubmitPacer {
  private msPerUnit: number | null = null;

  /** `budgetMs`: milliseconds that one submit should not pass. */
  constructor(
    private readonly clock: Clock,
    private readonly budgetMs: number,
  ) {}

  /** Whether anything was measured. */
  get knows(): boolean {
    return this.msPerUnit !== null;
  }

  /** Cost that the next submit should hold, in multiply-adds (`Plan.cost`). */
  next(): number {
    return this.msPerUnit === null ? firstCost : this.budgetMs / Math.max(this.msPerUnit, 1e-12);
  }

  /** Runs work of that cost and learns from the time that it took. */
  async measure<T>(cost: number, work: () => Promise<T>): Promise<T> {
    const start = this.clock();
    const result = await work();
    const ms = (this.clock() - start) / Math.max(1, cost);
    // the first submits also compile: forget slow starts quickly
    this.msPerUnit = this.msPerUnit === null ? ms : Math.min(ms, (this.msPerUnit + ms) / 2);
    return result;
  }
}
