/** What sampling alone can do with a model: exact pass@k over temperature, nucleus and top-k. Of an untrained base it is the
 * reference for what training added. */

export interface CoolingPoint {
  readonly temperature: number;
  /** 0 = off. */
  readonly topK: number;
  /** 1 = off. */
  readonly topP: number;
  /** Mean pass@k over the problems, in the order of `ks`; five digits. */
  readonly passAtK: readonly number[];
  /** exp of the entropy of the right answers among themselves, mean over problems. */
  readonly effectiveSolutions: number;
}

export interface CoolingCurve {
  readonly version: 1;
  readonly model: string;
  /** Of model.safetensors: the file is current as long as this is. */
  readonly modelSha256: string;
  readonly task: { readonly name: string; readonly params: Readonly<Record<string, number | string | boolean>> };
  /** All held-out problems of the task: how many they are. */
  readonly problems: number;
  readonly ks: readonly number[];
  /** Falling temperature without a filter first, then nuclei, then top-k, both at temperature 1. */
  readonly points: readonly CoolingPoint[];
}

/** The points of one way of sampling, by its parameter. */
export function coolingBranch(curve: CoolingCurve, branch: 'temperature' | 'topP' | 'topK'): readonly CoolingPoint[] {
  switch (branch) {
    case 'temperature':
      return curve.points.filter(({ topK, topP }) => topK === 0 && topP === 1);
    case 'topP':
      return curve.points.filter(({ topK, topP, temperature }) => topK === 0 && temperature === 1 && topP <= 1);
    case 'topK':
      return curve.points.filter(({ topP, temperature }) => topP === 1 && temperature === 1);
    default:
      return branch satisfies never;
  }
}

/**
 * pass@k of a run minus the best that temperature alone gives the base at the same pass@1, by interpolation between temperatures.
 * Null where no temperature gives that pass@1 (training went where cooling cannot), or where the curve lacks the k.
 */
export function beyondCooling(curve: CoolingCurve, k: number, pass1: number, passK: number): number | null {
  const [one, own] = [curve.ks.indexOf(1), curve.ks.indexOf(k)];
  if (one < 0 || own < 0) return null;
  const points = coolingBranch(curve, 'temperature').map(({ passAtK }) => ({
    x: passAtK[one] ?? NaN,
    y: passAtK[own] ?? NaN,
  }));
  let best: number | null = null;
  points.slice(1).forEach((to, index) => {
    const from = points[index] ?? to;
    if (pass1 < Math.min(from.x, to.x) || pass1 > Math.max(from.x, to.x)) return;
    const share = from.x === to.x ? 0 : (pass1 - from.x) / (to.x - from.x);
    const there = from.x === to.x ? Math.max(from.y, to.y) : from.y + share * (to.y - from.y);
    best = best === null ? there : Math.max(best, there);
  });
  return best === null ? null : passK - best;
}
