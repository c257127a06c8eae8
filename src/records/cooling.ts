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

/** Of a run's weights as they are, or why not. */
export type RunCooling =
  | {
      readonly ok: true;
      /** Rollout steps done. */
      readonly step: number;
      readonly curve: Pick<CoolingCurve, 'ks' | 'points'>;
    }
  | { readonly ok: false; readonly reason: string };

export type CoolingBranch = 'temperature' | 'topP' | 'topK';

/** The points of one way of sampling, by its parameter. */
export function coolingBranch(curve: Pick<CoolingCurve, 'points'>, branch: CoolingBranch): readonly CoolingPoint[] {
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

/** A place between two neighbouring temperatures. */
export interface CooledPlace {
  /** Points of the `temperature` branch on both sides, and how far from the first to the second. */
  readonly from: number;
  readonly to: number;
  readonly share: number;
}

/** Where on a path (x = pass@1, y = pass@k, temperature falling) pass@1 is `pass1`: of several such places the one with the highest y. Null
 * where it never is. */
export function placeAt(
  path: readonly { readonly x: number; readonly y: number }[],
  pass1: number,
): (CooledPlace & { readonly y: number }) | null {
  let best: (CooledPlace & { readonly y: number }) | null = null;
  for (let index = 1; index < path.length; index++) {
    const [from, to] = [path[index - 1], path[index]];
    if (!from || !to || pass1 < Math.min(from.x, to.x) || pass1 > Math.max(from.x, to.x)) continue;
    const flat = from.x === to.x;
    const share = flat ? Number(to.y > from.y) : (pass1 - from.x) / (to.x - from.x);
    const y = from.y + share * (to.y - from.y);
    if (best === null || y > best.y) best = { from: index - 1, to: index, share, y };
  }
  return best;
}

/** The temperature branch in the plane of pass@1 and pass@k; null where the curve lacks one of the two. */
export function coolingPath(
  curve: Pick<CoolingCurve, 'ks' | 'points'>,
  k: number,
  branch: CoolingBranch = 'temperature',
) {
  const [one, own] = [curve.ks.indexOf(1), curve.ks.indexOf(k)];
  if (one < 0 || own < 0) return null;
  return coolingBranch(curve, branch).map((point) => ({
    point,
    x: point.passAtK[one] ?? NaN,
    y: point.passAtK[own] ?? NaN,
  }));
}

/** The base cooled until its pass@1 is `pass1`, at its best in pass@k: temperature and pass@k at every k of the curve, by interpolation
 * between temperatures. Null where no temperature gives that pass@1, or where the curve lacks the k. */
export function cooledTo(
  curve: Pick<CoolingCurve, 'ks' | 'points'>,
  k: number,
  pass1: number,
): Pick<CoolingPoint, 'temperature' | 'passAtK'> | null {
  const path = coolingPath(curve, k);
  const place = path && placeAt(path, pass1);
  const [from, to] = [path?.[place?.from ?? -1]?.point, path?.[place?.to ?? -1]?.point];
  if (!place || !from || !to) return null;
  const between = (a: number, b: number): number => a + place.share * (b - a);
  return {
    temperature: between(from.temperature, to.temperature),
    passAtK: from.passAtK.map((pass, index) => between(pass, to.passAtK[index] ?? NaN)),
  };
}

/**
 * pass@k of a run minus the best that temperature alone gives the base at the same pass@1, by interpolation between temperatures.
 * Null where no temperature gives that pass@1 (training went where cooling cannot), or where the curve lacks the k.
 */
export function beyondCooling(
  curve: Pick<CoolingCurve, 'ks' | 'points'>,
  k: number,
  pass1: number,
  passK: number,
): number | null {
  const path = coolingPath(curve, k);
  const place = path && placeAt(path, pass1);
  return place ? passK - place.y : null;
}
