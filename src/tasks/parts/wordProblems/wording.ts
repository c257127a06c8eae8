/**
 * Stories as text and back. A pattern is one sentence with slots in braces; the same patterns write a problem and read it, so a
 * prompt alone says all that its grader and its demonstrations need. Pronouns follow the person.
 */
import { InputError } from '../../../lib/errors';
import type { Deed, Story, Turn } from './story';
import { personOf, type Person } from './words';

/** Slots that say something about the story; the pronouns `he`, `He` and `him` follow from the name. */
type Slots = Partial<Record<'name' | 'friend' | 'start' | 'number' | 'thing' | 'box', string>>;

const openings = ['{name} has {start} {thing}.', '{name} buys {start} {thing}.', '{name} picks up {start} {thing}.'];

const sentences = {
  groups: [
    '{name} has {number} {box} with {start} {thing} each.',
    '{name} buys {number} {box} of {start} {thing}.',
    '{name} fills {number} {box} with {start} {thing} each.',
  ],
  gain: ['{friend} gives {him} {number} more.', '{He} finds {number} more.', 'Then {he} gets another {number}.'],
  loss: ['{He} gives {number} of them to {friend}.', '{He} loses {number}.', 'Then {he} sells {number} of them.'],
  times: ['{friend} has {number} times as many.'],
  share: ['{He} shares them equally among {number} friends.'],
  price: ['{He} sells each of them for {number} dollars.'],
} as const satisfies Record<Deed, readonly string[]>;

const pronouns: Readonly<Record<Person['pronoun'], Readonly<Record<string, string>>>> = {
  he: { he: 'he', He: 'He', him: 'him' },
  she: { he: 'she', He: 'She', him: 'her' },
};

const takenApart = new Map<string, readonly string[]>();

/** A pattern as text, slot, text, ...: taken apart once. */
function partsOf(pattern: string): readonly string[] {
  const parts = takenApart.get(pattern) ?? pattern.split(/\{(\w+)\}/);
  takenApart.set(pattern, parts);
  return parts;
}

/** What is asked, by the last turn. */
function questionOf(deed: Deed | undefined): string {
  switch (deed) {
    case 'times':
      return 'How many {thing} does {friend} have?';
    case 'share':
      return 'How many {thing} does each friend get?';
    case 'price':
      return 'How many dollars does {he} get?';
    default:
      return 'How many {thing} does {name} have now?';
  }
}

/** The text of a story: its sentences, the question and a line break, behind which the answer begins. */
export function tell(story: Story): string {
  const { person, friend, thing, box, start, opening, turns } = story;
  const slots = { name: person.name, friend: friend.name, thing, box, start: String(start) };
  const told = turns.map(({ deed, number, wording }) =>
    fill(sentences[deed][wording] ?? '', person, { ...slots, number: String(number) }),
  );
  const first = turns[0]?.deed === 'groups' ? [] : [fill(openings[opening] ?? '', person, slots)];
  return `${[...first, ...told, fill(questionOf(turns.at(-1)?.deed), person, slots)].join(' ')}\n`;
}

/** How many sentences tell a deed, or with null the beginning. */
export function wordings(deed: Deed | null): number {
  return (deed === null ? openings : sentences[deed]).length;
}

/** A pattern with its slots filled. */
export function fill(pattern: string, person: Person, slots: Readonly<Record<string, string>>): string {
  let text = '';
  partsOf(pattern).forEach((part, index) => {
    text += index % 2 === 0 ? part : (slots[part] ?? pronouns[person.pronoun][part] ?? '');
  });
  return text;
}

const slotPatterns: Readonly<Record<string, string>> = {
  name: '(?<name>[A-Z][a-z]+)',
  friend: '(?<friend>[A-Z][a-z]+)',
  start: '(?<start>[1-9]\\d{0,3})',
  number: '(?<number>[1-9]\\d{0,3})',
  thing: '(?<thing>[a-z]+)',
  box: '(?<box>[a-z]+)',
  he: '(?:he|she)',
  He: '(?:He|She)',
  him: '(?:him|her)',
};

function reader(pattern: string): RegExp {
  const parts = partsOf(pattern).map((part, index) =>
    index % 2 === 0 ? part.replace(/[.?]/g, '\\$&') : (slotPatterns[part] ?? ''),
  );
  return new RegExp(`^${parts.join('')}$`);
}

const openingReaders = openings.map(reader);
const turnReaders = (Object.entries(sentences) as [Deed, readonly string[]][]).flatMap(([deed, patterns]) =>
  patterns.map((pattern, wording) => ({ deed, wording, pattern: reader(pattern) })),
);

/** The story of a prompt. Throws `InputError` on any text that `tell` does not write. */
export function read(prompt: string): Story {
  const story = prompt.length > longestPrompt ? null : readSentences(prompt.trimEnd().split(/(?<=[.?]) /));
  if (story === null || tell(story) !== prompt) {
    throw new InputError(
      'prompt',
      prompt,
      'a problem that this task writes, such as "Tom has 3 bags with 4 apples each. ..."',
    );
  }
  return story;
}

/** Characters, with room: the longest that is written has about 200. */
const longestPrompt = 400;

function readSentences(texts: readonly string[]): Story | null {
  const found: Slots = {};
  const turns: Turn[] = [];
  let opening = 0;
  for (const [index, text] of texts.slice(0, -1).entries()) {
    const first = index === 0 ? openingReaders.findIndex((pattern) => pattern.test(text)) : -1;
    if (first >= 0) {
      opening = first;
      Object.assign(found, openingReaders[first]?.exec(text)?.groups);
      continue;
    }
    const turn = turnReaders.find(({ pattern }) => pattern.test(text));
    if (turn === undefined) return null;
    const slots = turn.pattern.exec(text)?.groups ?? {};
    Object.assign(found, slots);
    turns.push({ deed: turn.deed, wording: turn.wording, number: Number(slots.number) });
  }
  const person = personOf(found.name ?? '');
  const { thing, box, start } = found;
  if (person === null || thing === undefined || start === undefined) return null;
  const friend = personOf(found.friend ?? '') ?? person;
  return { person, friend, thing, box: box ?? '', start: Number(start), opening, turns };
}
