/** A short fingerprint of every number of a run: equal on the same build and adapter, bit for bit, and nowhere else by chance (64 bits of FNV-1a). */

const OFFSET = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;
const MASK = 0xffffffffffffffffn;

interface Rows {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly evaluations: readonly {
    readonly step: number;
    readonly correct: readonly number[];
    readonly rightProbability?: readonly number[] | undefined;
    readonly entropyNats: number;
  }[];
}

/** When it came is no part of what came out. */
const leftOut = new Set(['seconds']);

export function fingerprintRun({ rows, evaluations }: Rows): string {
  let hash = OFFSET;
  const bits = new DataView(new ArrayBuffer(8));
  const add = (value: number): void => {
    // One NaN is as good as another.
    bits.setFloat64(0, Number.isNaN(value) ? NaN : value);
    hash = ((hash ^ bits.getBigUint64(0)) * PRIME) & MASK;
    hash ^= hash >> 32n;
  };
  for (const row of rows) {
    for (const key of Object.keys(row).sort()) {
      const value = row[key];
      if (typeof value === 'number' && !leftOut.has(key)) add(value);
    }
  }
  for (const row of evaluations) {
    add(row.step);
    add(row.entropyNats);
    row.correct.forEach(add);
    row.rightProbability?.forEach(add);
  }
  return hash.toString(16).padStart(16, '0');
}
