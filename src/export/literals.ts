/** JSON values as Python and as YAML write them. */

/** A JSON value as a Python expression. */
export function pythonLiteral(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(', ')}]`;
  if (typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}: ${pythonLiteral(inner)}`).join(', ')}}`;
}

/** A JSON value as YAML: objects as blocks, everything inside a list on its line. Ends with a newline. */
export function yamlBlock(value: Readonly<Record<string, unknown>>, indent = 0): string {
  const space = ' '.repeat(indent);
  return Object.entries(value)
    .map(([key, inner]) =>
      isBlock(inner) ? `${space}${key}:\n${yamlBlock(inner, indent + 2)}` : `${space}${key}: ${yamlInline(inner)}\n`,
    )
    .join('');
}

function isBlock(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
}

function yamlInline(value: unknown): string {
  // YAML 1.1 takes 1e-7 for text.
  if (typeof value === 'number') return String(value).replace(/^(-?\d+)e/, '$1.0e');
  if (Array.isArray(value)) return `[${value.map(yamlInline).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, inner]) => `${key}: ${yamlInline(inner)}`)
    .join(', ')}}`;
}
