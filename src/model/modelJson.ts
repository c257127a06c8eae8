import { parseBoundedJson, type JsonLimits } from '../lib/boundedJson';
import { FileFormatError } from './fileError';

/** The JSON in a file of a model folder, whose keys are data (tensor names, tokens): nothing may use them as properties of
 * a plain object. Throws `FileFormatError` where it is none, or more than `limits` allow. */
export function parseModelJson(text: string, file: string, limits: JsonLimits): unknown {
  const json = parseBoundedJson(text, limits, { plainKeys: false });
  if (json.ok) return json.value;
  throw new FileFormatError(file, json.reason.kind === 'syntax' ? 'not JSON' : json.reason.message);
}
