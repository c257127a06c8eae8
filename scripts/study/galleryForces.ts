/** Forces that `nsr forces` measured of a recorded run, as its gallery file carries them. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ForceRow } from '../../src/records/forces.ts';

/** Digits to which `nsr forces` writes a share. */
const digits = 5;

/** Those of docs/runs/forces/NAME.jsonl; undefined where there is no such file. Throws where they are of another run: every measured
 * batch must have the share of right answers that the recorded one had. */
export function galleryForces(
  runs: string,
  name: string | undefined,
  rows: readonly { readonly step: number; readonly correctRatio?: number }[],
): readonly ForceRow[] | undefined {
  const file = join(runs, 'forces', `${name}.jsonl`);
  if (name === undefined || !existsSync(file)) return undefined;
  const forces = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ForceRow)
    .filter(({ step }) => step < rows.length);
  for (const { step, accuracy } of forces) {
    const recorded = rows.find((row) => row.step === step)?.correctRatio;
    if (recorded === undefined || Number(recorded.toPrecision(digits)) !== accuracy)
      throw new Error(`${file}, step ${step}: accuracy ${accuracy}, but the recorded run had ${recorded}`);
  }
  return forces;
}
