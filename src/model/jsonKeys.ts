/** JSON.parse keeps the last of two equal keys and says nothing; formats that forbid duplicates need to know. */

/** True when some object in the JSON `text`, whose parsed form is `value`, has the same key twice. */
export function hasDuplicateKeys(text: string, value: unknown): boolean {
  return countWrittenKeys(text) !== countKeys(value);
}

/** Keys in text that is known to be valid JSON: outside of strings, a colon follows each key and nothing else.
 * A plain scan, because a regular expression overflows its stack on a hostile string of megabytes. */
function countWrittenKeys(text: string): number {
  let count = 0;
  let inString = false;
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i];
    if (inString) {
      if (character === '\\') i += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === ':') count += 1;
  }
  return count;
}

/** Without recursion: hostile nesting must not overflow the stack. */
function countKeys(root: unknown): number {
  let count = 0;
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value !== 'object' || value === null) continue;
    const children: unknown[] = Object.values(value);
    if (!Array.isArray(value)) count += children.length;
    for (const child of children) pending.push(child);
  }
  return count;
}
