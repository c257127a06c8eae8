/** Sizes submits by measured time: long ones make a page stutter and risk the driver's watchdog, short ones cost a round trip. */
import type { Clock } from '../lib/clock';

/** Milliseconds that one submit should not pass. */
const submitBudgetMs = 100;

export class SubmitPacer {
  private msPerUnit: number | null = null;

  constructor(
    private readonly clock: Clock,
    /** Units of the first submit, before anything was measured, and of any later one at most. */
    private readonly first: number,
    private readonly most: number,
  ) {}

  /** Units that the next submit should hold. */
  next(): number {
    if (this.msPerUnit === null) return this.first;
    return Math.max(1, Math.min(this.most, Math.floor(submitBudgetMs / Math.max(this.msPerUnit, 1e-3))));
  }

  /** Runs one submit of `units` units and learns from the time that it took. */
  async measure<T>(units: number, submit: () => Promise<T>): Promise<T> {
    const start = this.clock();
    const result = await submit();
    const ms = (this.clock() - start) / units;
    // the first submits also compile: forget slow starts quickly
    this.msPerUnit = this.msPerUnit === null ? ms : Math.min(ms, (this.msPerUnit + ms) / 2);
    return result;
  }
}
