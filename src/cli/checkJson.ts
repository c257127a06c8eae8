import * as v from 'valibot';
import { InputError } from '../lib/errors';

/** Checks JSON from a file against a schema. Throws `InputError` naming the file, the path in it and what was expected. */
export function checkJson<Schema extends v.GenericSchema>(
  file: string,
  schema: Schema,
  json: unknown,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, json, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  throw new InputError(path === null ? file : `${file}: ${path}`, issue.input, issue.expected ?? issue.message);
}
