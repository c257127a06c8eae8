/** The ids of models in an experiment: a shipped folder, a repository of the hub pinned to a commit, or a folder that was imported.
 * Never a URL or a path. */

export type ModelId =
  | { readonly kind: 'shipped'; readonly id: string }
  /** `commit`: 40 hex digits; null in an id that names none, which can be read but not trained before it is pinned. */
  | { readonly kind: 'hub'; readonly repo: string; readonly commit: string | null }
  /** `fingerprint`: the first 40 hex digits of a SHA-256 over its files' names and hashes. */
  | { readonly kind: 'local'; readonly name: string; readonly fingerprint: string };

const shipped = '[a-z0-9][a-z0-9-]{0,63}';
const name = '[A-Za-z0-9][\\w.-]{0,95}';
const commit = '[0-9a-f]{40}';

/** Of every id. */
export const modelPattern = `^(?:${shipped}|${name}/${name}(?:@${commit})?|local:${name}@${commit})$`;

const repoPattern = new RegExp(`^${name}(?:/${name})?$`);
const idPattern = new RegExp(modelPattern);

/** `Org/Name` of the hub; some old repositories have no organisation. */
export const isRepo = (text: string): boolean => repoPattern.test(text) && !text.includes('..');

/** Branch, tag or commit, as git allows them and without anything that could leave a path. */
export const isRevision = (text: string): boolean => /^[A-Za-z0-9][\w./-]{0,127}$/.test(text) && !text.includes('..');

/** Null for what is no id. */
export function readModelId(text: string): ModelId | null {
  if (!idPattern.test(text) || text.includes('..')) return null;
  const [before = '', after = null] = text.split('@', 2);
  if (text.startsWith('local:'))
    return { kind: 'local', name: before.slice('local:'.length), fingerprint: after ?? '' };
  return text.includes('/') ? { kind: 'hub', repo: before, commit: after } : { kind: 'shipped', id: text };
}

export function formatModelId(id: ModelId): string {
  switch (id.kind) {
    case 'shipped':
      return id.id;
    case 'hub':
      return id.commit === null ? id.repo : `${id.repo}@${id.commit}`;
    case 'local':
      return `local:${id.name}@${id.fingerprint}`;
    default:
      return id satisfies never;
  }
}

/** What a person calls it: without the commit's last digits. */
export function modelName(text: string): string {
  const id = readModelId(text);
  if (id?.kind === 'hub') return id.commit === null ? id.repo : `${id.repo} @ ${id.commit.slice(0, 7)}`;
  return id?.kind === 'local' ? `${id.name} (from a folder)` : text;
}
