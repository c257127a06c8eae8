/** The cooled base as overlays of the trade-off chart. Pure. */
import { coolingPath, type CoolingBranch, type CoolingCurve, type CoolingPoint } from '../../records/cooling';
import { apartColor } from './chartModel';
import type { ReferencePath, ReferencePoint } from './tradeOffOverlay';

/** Temperatures with a tick, where there is room for it: the others are read off. */
const ticked = [2, 1.5, 1.2, 1, 0.8, 0.6, 0.4, 0.2] as const;

const branches: readonly {
  readonly branch: CoolingBranch;
  readonly label: string;
  readonly shape: ReferencePath['shape'];
  readonly name: (point: CoolingPoint) => string;
}[] = [
  { branch: 'temperature', label: 'cooled', shape: 'line', name: ({ temperature }) => `T = ${temperature}` },
  { branch: 'topP', label: 'top-p', shape: 'rings', name: ({ topP }) => `top-p ${topP}` },
  { branch: 'topK', label: 'top-k', shape: 'squares', name: ({ topK }) => `top-k ${topK}` },
];

interface CoolingLook {
  readonly id: string;
  /** Whose: goes before "cooled". */
  readonly of: string;
  readonly color: string;
  readonly dash: string;
}

export const baseLook: CoolingLook = { id: 'base', of: 'base', color: apartColor, dash: '5 3' };

/** A path over temperature, and marks for nuclei and top-k where the curve has them. The plain model (temperature 1, no filter) is a point of
 * the path alone. */
export function coolingOverlays(
  curve: Pick<CoolingCurve, 'ks' | 'points'>,
  k: number,
  { id, of, color, dash }: CoolingLook,
): ReferencePath[] {
  return branches.flatMap(({ branch, label, shape, name }): ReferencePath[] => {
    const path = coolingPath(curve, k, branch) ?? [];
    const points = path.flatMap(({ point, x, y }): ReferencePoint[] => {
      const plain = point.temperature === 1 && point.topK === 0 && point.topP === 1;
      if (plain && branch !== 'temperature') return [];
      const tick = branch === 'temperature' && ticked.some((temperature) => temperature === point.temperature);
      return [{ x, y, label: name(point), ...(tick ? { tick: `T ${point.temperature}` } : {}) }];
    });
    return points.length > 0
      ? [{ kind: 'reference', id: `${id}-${branch}`, label: `${of} ${label}`, color, dash, shape, points }]
      : [];
  });
}
