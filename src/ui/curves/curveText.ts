/** A curve as text, for copying between editors, papers and colleagues: `0:1.5 exponential, 40:0.8, 100:0.5`. */
import { easings, maxKnots, type Easing, type Knot } from '../../lib/curve';
import { roundSignificant } from './curveModel';

/** `scale` = plot units per stored unit (planned steps, or 1). */
export function formatKnots(knots: readonly Knot[], scale: number): string {
  return knots
    .map(
      ([x, y, easing], index) =>
        `${roundSignificant(x * scale)}:${y}${easing === 'linear' || index === knots.length - 1 ? '' : ` ${easing}`}`,
    )
    .join(', ');
}

export type ParsedKnots =
  { readonly ok: true; readonly knots: readonly Knot[] } | { readonly ok: false; readonly reason: string };

export function parseKnots(text: string, scale: number, yMin: number, yMax: number): ParsedKnots {
  const parts = text
    .split(/[,;\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.length === 0) return fail('Write at least one knot, for example 0:1');
  if (parts.length > maxKnots) return fail(`At most ${maxKnots} knots`);
  const knots: Knot[] = [];
  for (const part of parts) {
    const match = /^([\d.eE+-]+)\s*:\s*([\d.eE+-]+)(?:\s+([a-z]+))?$/.exec(part);
    const x = Number(match?.[1]);
    const y = Number(match?.[2]);
    const easing = easings.find((name) => name === (match?.[3] ?? 'linear'));
    if (!match || !Number.isFinite(x) || !Number.isFinite(y))
      return fail(`"${part}" is not a knot like 40:1.2 or 40:1.2 cosine`);
    if (!easing) return fail(`"${match[3] ?? ''}" is not an easing: ${easings.join(', ')}`);
    if (x < 0 || x > scale) return fail(`${x} lies outside 0 to ${scale}`);
    if (y < yMin || y > yMax) return fail(`${y} lies outside ${yMin} to ${yMax}`);
    knots.push([roundSignificant(x / scale), y, easing satisfies Easing]);
  }
  knots.sort((a, b) => a[0] - b[0]);
  return { ok: true, knots };
}

function fail(reason: string): ParsedKnots {
  return { ok: false, reason };
}
