/** What sampling alone can do with each base: cooling curves that come with the shipped models, loaded when a run has been evaluated. */
import { create } from 'zustand';
import type { CoolingCurve } from '../../records/cooling';
import type { CoolingProblems } from '../../records/coolingProblems';

export interface BaseCooling {
  readonly curve: CoolingCurve;
  /** p(right) of every held-out problem. */
  readonly problems: CoolingProblems;
}

/** By model id; null: there is none. */
export const useBases = create<{ readonly bases: Readonly<Record<string, BaseCooling | null>> }>()(() => ({
  bases: {},
}));

const asked = new Set<string>();

/** `base`: the page's address, beside which the models lie. Once per model; one that could not be loaded may be asked for again. */
export async function loadBase(base: string, model: string): Promise<void> {
  if (asked.has(model)) return;
  asked.add(model);
  const found = await fetchBase(base, model);
  if (found === undefined) asked.delete(model);
  else useBases.setState(({ bases }) => ({ bases: { ...bases, [model]: found } }));
}

/** Undefined where it could not be asked. */
async function fetchBase(base: string, model: string): Promise<BaseCooling | null | undefined> {
  const textOf = (file: string): Promise<string> =>
    fetch(new URL(`models/${model}/${file}`, base)).then((response) =>
      response.ok ? response.text() : Promise.reject(new Error(response.statusText)),
    );
  try {
    const [reader, curveText, problemsText] = await Promise.all([
      import('../../share/coolingReader'),
      textOf('cooling.json'),
      textOf('cooling.problems.json'),
    ]);
    const [curve, problems] = [reader.parseCoolingCurve(curveText), reader.parseCoolingProblems(problemsText)];
    return curve && problems ? { curve, problems } : null;
  } catch {
    return undefined;
  }
}
