/** Who and what the generated word problems are about. */

export interface Person {
  readonly name: string;
  readonly pronoun: 'he' | 'she';
}

const named = (pronoun: Person['pronoun'], names: string): Person[] =>
  names.split(' ').map((name) => ({ name, pronoun }));

export const people: readonly Person[] = [
  ...named('he', 'Tom Ben Sam Leo Max Omar Ravi Luis Paul Ivan'),
  ...named('she', 'Mia Ann Eva Lily Sara Nora Aisha Mei Rosa Kate'),
];

/** Counted in the plural: no number of a problem is below 2. */
export const things: readonly string[] =
  'apples pears plums lemons cakes cookies eggs nuts books cards stamps coins pens beads shells stones toys balls'.split(
    ' ',
  );

export const boxes: readonly string[] = 'bags boxes baskets packs jars crates'.split(' ');

export function personOf(name: string): Person | null {
  return people.find((person) => person.name === name) ?? null;
}
