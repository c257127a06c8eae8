import { InputError } from '../lib/errors';
import type { AlgorithmDefinition } from './types';

/** Every algorithm is a file of this folder; a new one is added to the list below by being there. Helpers are named here, once. */
const modules = import.meta.glob<AlgorithmDefinition>(
  [
    './*.ts',
    '!./*.test.ts',
    '!./*.fixture.ts',
    '!./{registry,shared,types,gae,surrogate,batchAdvantages,tokenWeights}.ts',
  ],
  { eager: true, import: 'definition' },
);

export const algorithms: readonly AlgorithmDefinition[] = Object.values(modules);

const byId = new Map(algorithms.map((definition) => [definition.id, definition]));

/** The algorithm of that id. Throws `InputError` naming the known ones. */
export function findAlgorithm(id: string): AlgorithmDefinition {
  const definition = byId.get(id);
  if (definition === undefined) throw new InputError('objective.algorithm', id, [...byId.keys()].join(' | '));
  return definition;
}
