import { describeValue } from '../lib/errors';
import { largestVocabulary } from './config';
import { FileFormatError } from './fileError';

/** Checks the ids of a parsed tokenizer.json, whoever reads it afterwards: an id is a row of the embedding, and an absurd one
 * would be the length of a list. Throws `FileFormatError` naming the token. */
export function checkTokenIds(json: Readonly<Record<string, unknown>>, file: string): void {
  const check = (token: unknown, id: unknown): void => {
    if (typeof id === 'number' && Number.isInteger(id) && id >= 0 && id < largestVocabulary) return;
    const allowed = `a whole number below ${largestVocabulary}`;
    throw new FileFormatError(
      file,
      `token ${describeValue(token)} has the id ${describeValue(id)}; allowed: ${allowed}`,
    );
  };
  const { model, added_tokens: added } = json;
  const vocabulary: unknown = isObject(model) ? model['vocab'] : undefined;
  // Unigram models list [token, score] instead: there the place is the id.
  if (isObject(vocabulary)) for (const [token, id] of Object.entries(vocabulary)) check(token, id);
  if (Array.isArray(added))
    for (const token of added as readonly unknown[]) if (isObject(token)) check(token['content'], token['id']);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
