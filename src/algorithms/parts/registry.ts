import { InputError } from '../../lib/errors';
import type { AlgorithmDefinition } from './types';

/** Every file of `algorithms/` is an algorithm; a new file is found without being named anywhere. */
const modules = import.meta.glob<AlgorithmDefinition>('../*.ts', { eager: true, import: 'definition' });

export const algorithms: readonly AlgorithmDefinition[] = Object.values(modules);

const byId = new Map(algorithms.map((definition) => [definition.id, definition]));

/** The algorithm of that id. Throws `InputError` naming the known ones. */
export function findAlgorithm(id: string): AlgorithmDefinition {
  const definition = byId.get(id);
  if (definition === undefined) throw new InputError('objective.algorithm', id, [...byId.keys()].join(' | '));
  return definition;
}
