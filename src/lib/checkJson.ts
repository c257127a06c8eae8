/** The one way in which JSON from outside becomes a value of a type, beside the experiment's own reader, which goes by
 * its field specs (experiment/parseExperiment.ts): a schema, and an `InputError` for the first thing that does not fit. */
import * as v from 'valibot';
import { InputError } from './errors';

/** Checks JSON against a schema. `place` names its source in errors. Throws `InputError` naming the place, the path in
 * it, the value there and what would have been right: the schema's own message where it has one. */
export function checkJson<Schema extends v.GenericSchema>(
  place: string,
  schema: Schema,
  json: unknown,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, json, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  throw new InputError(path === null ? place : `${place}: ${path}`, issue.input, allowedBy(issue));
}

function allowedBy({ message, expected }: v.BaseIssue<unknown>): string {
  // valibot's own messages repeat the value, at any length.
  if (!message.startsWith('Invalid ')) return message;
  return expected === 'never' ? 'no such key' : (expected ?? message);
}
