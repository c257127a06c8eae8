import type { ConfidenceSpec } from '../../experiment/types';
import { byOrder } from '../../lib/byOrder';
import { InputError } from '../../lib/errors';
import { invariant } from '../../lib/invariant';
import type { MappingDefinition } from './types';

/** Every file of `confidence/` is a kind of mapping; a new file is found without being named anywhere. */
const modules = import.meta.glob<MappingDefinition>('../*.ts', { eager: true, import: 'definition' });

export const mappings: readonly MappingDefinition[] = Object.values(modules).sort(byOrder);

const byKind = new Map(mappings.map((definition) => [definition.kind, definition]));

/** The mapping that is made of knots: what any other turns into when it is bent by hand. */
export const freeMapping = ((): MappingDefinition => {
  const found = mappings.find(({ params }) => params.some(({ kind }) => kind === 'knots'));
  invariant(found, 'confidence/ has a kind of knots');
  return found;
})();

/** The definition of a kind, or null. */
export function findMapping(kind: string): MappingDefinition | null {
  return byKind.get(kind) ?? null;
}

/** Weight of a mistake of the given confidence (0 to 1), before any equal-budget normalisation. Throws `InputError` on an unknown kind. */
export function evaluateMapping(spec: ConfidenceSpec, confidence: number): number {
  const definition = byKind.get(spec.kind);
  if (definition === undefined) throw new InputError('kind', spec.kind, [...byKind.keys()].join(' | '));
  return definition.evaluate(spec, confidence);
}
