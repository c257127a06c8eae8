/** Longest rendering of a refused value inside a message, characters: a message stays one readable line. */
const longestValue = 80;
/** Of a field: a path of the file system or of keys in it, which input may have chosen. With a value and the quotes
 * around it a message quotes less than 200 characters of input. */
const longestField = 110;

/** What would break a line, hide or turn text around, or steer a terminal; half a surrogate pair too. */
const unprintable = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]+/gu;

/** Text from outside on one line of at most `most` characters. What is too long loses its middle: the end of a path
 * tells more than the way there. */
export function oneLine(text: string, most: number): string {
  // Cut before it is cleaned, so that a text of megabytes costs no more than a short one.
  const half = Math.floor((most - 3) / 2);
  const short = text.length <= most ? text : `${text.slice(0, most - 3 - half)}...${text.slice(-half)}`;
  return short.replace(/\s+/g, ' ').replace(unprintable, '\ufffd');
}

/** Renders any value on one line, for an error message. Costs no more for a value of megabytes or of endless depth. */
export function describeValue(value: unknown): string {
  const text = render(value, longestValue).replace(/\s+/g, ' ').replace(unprintable, '\ufffd');
  return text.length > longestValue ? `${text.slice(0, longestValue - 3)}...` : text;
}

/** As JSON, as far as `room` characters reach; what comes back may be a little longer and is then cut. */
function render(value: unknown, room: number): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, room + 1));
  if (typeof value === 'function' || typeof value === 'symbol') return typeof value;
  if (typeof value !== 'object' || value === null) return String(value);
  const isList = Array.isArray(value);
  const parts: string[] = [];
  let length = 2;
  for (const key of isList ? value.keys() : Object.keys(value)) {
    if (length > room) {
      parts.push('...');
      break;
    }
    const entry = render((value as Readonly<Record<PropertyKey, unknown>>)[key], room - length - 1);
    const part = isList ? entry : `${JSON.stringify(String(key).slice(0, room))}:${entry}`;
    parts.push(part);
    length += part.length + 1;
  }
  return isList ? `[${parts.join()}]` : `{${parts.join()}}`;
}

/** Bad input from a person, a file or a link. The message is one line that names the field, the value and what is
 * allowed, and quotes less than 200 characters of what was given; the CLI prints it and exits with code 2, the page
 * shows it beside the field. */
export class InputError extends Error {
  override readonly name: string = 'InputError';
  readonly field: string;
  readonly value: unknown;
  readonly allowed: string;

  /** `field`: dotted path or option name; `value`: what was given; `allowed`: what would have been right, in words of
   * this program. */
  constructor(field: string, value: unknown, allowed: string) {
    super(`${oneLine(field, longestField)}: ${describeValue(value)} is not allowed; allowed: ${allowed}`);
    this.field = field;
    this.value = value;
    this.allowed = allowed;
  }
}
