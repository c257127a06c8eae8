/** Puts generated tables between the markers of docs/study.md: `<!-- study: NAME -->` ... `<!-- end -->`. */
import type { KeptRun } from './studyData.ts';
import { blocks } from './studyTables.ts';

const marked = /(<!-- study: ([\w-]+) -->\n)[\s\S]*?(<!-- end -->)/g;

/** The names of the blocks that a text has, in order. */
export function blockNames(text: string): string[] {
  return [...text.matchAll(marked)].map((match) => match[2] ?? '');
}

/** The text with every block (or those named) made anew. Throws on a block that nothing makes. */
export function fillBlocks(text: string, runs: readonly KeptRun[], only: readonly string[] = blockNames(text)): string {
  return text.replace(marked, (whole, open: string, name: string, close: string) => {
    const make = blocks[name];
    if (make === undefined) throw new Error(`docs/study.md: no table is called ${name}`);
    return only.includes(name) ? `${open}\n${make(runs)}\n\n${close}` : whole;
  });
}
