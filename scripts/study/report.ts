/** Puts generated tables between the markers of docs/study.md: `<!-- study: NAME -->` ... `<!-- end -->`. */
import type { KeptRun } from './data.ts';
import { findingsList } from './findings.ts';
import { clipTable, lambdaTable, updatesTable } from './ablations.ts';
import { additionSteps, comparedStep, coreMethods, hardNames, hardSteps, methodNames, tinySteps } from './plan.ts';
import {
  againstTable,
  coldTable,
  differenceTable,
  equalPassTable,
  evidenceTable,
  levelTable,
  present,
} from './tables.ts';

const all = [1, 2, 4, 8, 16, 32, 64];

/** Every block of docs/study.md, by the name in its marker. */
export const blocks: Readonly<Record<string, (runs: readonly KeptRun[]) => string>> = {
  findings: findingsList,
  evidence: evidenceTable,
  'main-levels': (runs) => levelTable(runs, 'main', present(runs, 'main', methodNames), comparedStep, all),
  'main-differences': (runs) =>
    differenceTable(runs, 'main', present(runs, 'main', methodNames), comparedStep, [1, 8, 64]),
  'main-equal': (runs) => equalPassTable(runs, 'main', present(runs, 'main', coreMethods), [8, 16, 64]),
  'main-equal-all': (runs) => equalPassTable(runs, 'main', present(runs, 'main', methodNames), [8, 16, 64]),
  schedules: (runs) =>
    againstTable(
      runs,
      [
        { group: 'main', step: comparedStep, label: 'four numbers' },
        { group: 'tiny', step: tinySteps, label: 'three numbers' },
      ],
      ['a-nsr-exponential', 'a-nsr-cosine', 'a-nsr-accuracy'],
      'w-reinforce',
      [1, 2, 4, 8, 16, 64],
    ),
  cold: coldTable,
  'tiny-levels': (runs) =>
    levelTable(runs, 'tiny', present(runs, 'tiny', methodNames), tinySteps, [1, 2, 4, 8, 16, 64]),
  'tiny-differences': (runs) =>
    differenceTable(runs, 'tiny', present(runs, 'tiny', methodNames), tinySteps, [1, 8, 64]),
  'tiny-equal': (runs) => equalPassTable(runs, 'tiny', present(runs, 'tiny', methodNames), [8, 16]),
  lambda: lambdaTable,
  updates: updatesTable,
  clip: clipTable,
  'hard-levels': (runs) => levelTable(runs, 'hard', present(runs, 'hard', hardNames), hardSteps, [1, 4, 16, 32, 64]),
  'hard-differences': (runs) => differenceTable(runs, 'hard', present(runs, 'hard', hardNames), hardSteps, [1, 16, 64]),
  'addition-levels': (runs) =>
    levelTable(runs, 'addition', present(runs, 'addition', coreMethods), additionSteps, [1, 2, 4, 8, 16, 64]),
  'addition-differences': (runs) =>
    differenceTable(runs, 'addition', present(runs, 'addition', coreMethods), additionSteps, [1, 4, 8, 16, 64]),
  'addition-equal': (runs) => equalPassTable(runs, 'addition', present(runs, 'addition', coreMethods), [8, 64]),
};

const marked = /(<!-- study: ([\w-]+) -->\n)[\s\S]*?(<!-- end -->)/g;

/** The names of the blocks that a text has, in order. */
export function blockNames(text: string): string[] {
  return [...text.matchAll(marked)].map((match) => match[2] ?? '');
}

/** The text with every block (or those named) made anew. Throws on a block that nothing makes. */
export function fillBlocks(text: string, runs: readonly KeptRun[], only: readonly string[] = blockNames(text)): string {
  return fillMarked(text, (name) => {
    const make = blocks[name];
    if (make === undefined) throw new Error(`docs/study.md: no table is called ${name}`);
    return only.includes(name) ? make(runs) : null;
  });
}

/** `text` with what stands between each pair of marks replaced by what `make` gives for its name; null leaves it. */
export function fillMarked(text: string, make: (name: string) => string | null): string {
  return text.replace(marked, (whole, open: string, name: string, close: string) => {
    const content = make(name);
    return content === null ? whole : `${open}\n${content}\n\n${close}`;
  });
}
