/** Sizes submits by measured time: long ones make a page stutter and risk the driver's watchdog, short ones cost a round trip. */
import type { Clock } from '../lib/clock';

export interface PacerOptions {
  /** Units of the first submit, before anything was measured. */
  readonly first: number;
  /** Units of any later submit at most. */
  readonly most: number;
  /** Milliseconds that one submit should not pass. */
  readonly budgetMs: number;
}

export class SubmitPacer {
  private msPerUnit: number | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly options: PacerOptions,
  ) {}

  /** Units that the next submit should hold. */
  next(): number {
    const { first, most, budgetMs } = this.options;
    if (this.msPerUnit === null) return first;
    return Math.max(1, Math.min(most, Math.floor(budgetMs / Math.max(this.msPerUnit, 1e-6))));
  }

  /** Runs `units` units of work and learns from the time that they took. */
  async measure<T>(units: number, work: () => Promise<T>): Promise<T> {
    const start = this.clock();
    const result = await work();
    const ms = (this.clock() - start) / units;
    // the first submits also compile: forget slow starts quickly
    this.msPerUnit = this.msPerUnit === null ? ms : Math.min(ms, (this.msPerUnit + ms) / 2);
    return result;
  }
}
