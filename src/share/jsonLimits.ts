/** Bounds on parsed JSON from outside, checked before anything reads it (robustness.md, link rules). */

const MAX_DEPTH = 8;
const MAX_KEYS = 500;
const MAX_ITEMS = 20_000;
const MAX_STRING = 4096;
const forbidden = new Set(['__proto__', 'constructor', 'prototype']);

/** What is wrong, or null when nothing is. */
export function findExcess(json: unknown): string | null {
  let keys = 0;
  let items = 0;
  const visit = (value: unknown, depth: number): string | null => {
    if (typeof value === 'string') return value.length > MAX_STRING ? 'a text in it is too long' : null;
    if (typeof value === 'number') return Number.isFinite(value) ? null : 'a number in it is not finite';
    if (typeof value !== 'object' || value === null) return null;
    if (depth > MAX_DEPTH) return 'it is nested too deeply';
    if (Array.isArray(value)) {
      items += value.length;
      if (items > MAX_ITEMS) return 'its lists are too long';
    } else {
      const own = Object.keys(value);
      keys += own.length;
      if (keys > MAX_KEYS) return 'it has too many keys';
      if (own.some((key) => forbidden.has(key))) return 'it has a forbidden key';
    }
    for (const entry of Object.values(value)) {
      const problem = visit(entry, depth + 1);
      if (problem !== null) return problem;
    }
    return null;
  };
  return visit(json, 1);
}
