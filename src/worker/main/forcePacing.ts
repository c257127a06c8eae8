/** How often a run measures forces by itself: at its first step, then as often as the visitor's share of the time allows. */
import { mean } from '../../lib/stats';
import type { ForcePace, ForcesWish } from '../protocol';

/** Rarer than every so many steps it is not worth it: then none are measured. */
const rarest = 20;
/** Steps that the time of one is averaged over. */
const remembered = 8;

export interface ForcePacing {
  /** Whether the step about to come is to be measured. */
  due(step: number): boolean;
  /** Measures the next step, whatever it costs. */
  askOnce(): void;
  measured(step: number, durationMs: number): void;
  /** Without its measurement. */
  stepped(durationMs: number): void;
  refused(reason: string): void;
  pace(): ForcePace;
}

export function createForcePacing(wish: () => ForcesWish): ForcePacing {
  let stepsMs: readonly number[] = [];
  let measuredMs: readonly number[] = [];
  let lastStep: number | null = null;
  let asked = false;
  let refusal: string | null = null;

  const stepMs = (): number | null => (stepsMs.length === 0 ? null : mean(stepsMs));
  // The first of a run also compiles its kernels.
  const measureMs = (): number | null => (measuredMs.length === 0 ? null : Math.min(...measuredMs.slice(-2)));

  /** Steps between two that keep the share; null where that is too rare, or unknown. */
  function interval(): number | null {
    const [measure, step] = [measureMs(), stepMs()];
    if (measure === null || step === null || step <= 0) return null;
    const steps = Math.max(1, Math.ceil(measure / (wish().share * step)));
    return steps <= rarest ? steps : null;
  }

  /** Only once a second measurement has said so, too. */
  const tooDear = (): boolean => measuredMs.length > 1 && stepsMs.length > 0 && interval() === null;

  /** 0: none by itself. One measurement alone may have been dear by accident: a second one is made after all. */
  function every(): number {
    if (!wish().automatic || refusal !== null) return 0;
    return interval() ?? (measuredMs.length < 2 ? rarest : 0);
  }

  return {
    due: (step) => {
      if (refusal !== null) return false;
      if (asked || (wish().automatic && lastStep === null)) return true;
      const steps = every();
      return steps > 0 && lastStep !== null && (step < lastStep || step - lastStep >= steps);
    },
    askOnce: () => {
      asked = true;
    },
    measured: (step, durationMs) => {
      asked = false;
      lastStep = step;
      measuredMs = [...measuredMs, durationMs].slice(-2);
    },
    stepped: (durationMs) => {
      stepsMs = [...stepsMs, durationMs].slice(-remembered);
    },
    refused: (reason) => {
      asked = false;
      refusal = reason;
    },
    pace: () => ({ every: every(), measureMs: measureMs(), stepMs: stepMs(), tooDear: tooDear(), refusal }),
  };
}
