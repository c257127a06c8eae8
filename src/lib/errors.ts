/** Longest rendering of a refused value inside a message, characters: a message stays one readable line. */
const longestValue = 80;

/** Renders any value on one line, for an error message. */
export function describeValue(value: unknown): string {
  const text = renderValue(value).replace(/\s+/g, ' ');
  return text.length > longestValue ? `${text.slice(0, longestValue - 3)}...` : text;
}

function renderValue(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint' || value === undefined) return String(value);
  if (typeof value === 'function' || typeof value === 'symbol') return typeof value;
  try {
    return JSON.stringify(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}

/** Bad input from a person, a file or a link. The message is one line that names the field, the value and what is
 * allowed; the CLI prints it and exits with code 2, the page shows it beside the field. */
export class InputError extends Error {
  override readonly name: string = 'InputError';
  readonly field: string;
  readonly value: unknown;
  readonly allowed: string;

  /** `field`: dotted path or option name; `value`: what was given; `allowed`: what would have been right. */
  constructor(field: string, value: unknown, allowed: string) {
    super(`${field}: ${describeValue(value)} is not allowed; allowed: ${allowed}`);
    this.field = field;
    this.value = value;
    this.allowed = allowed;
  }
}
