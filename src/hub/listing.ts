/** What the hub says about a repository: its commit, and its files with sizes and hashes
 * (https://huggingface.co/docs/hub/api: /api/models/{repo}/revision/{revision}?blobs=true). */
import * as v from 'valibot';
import { checkJson } from '../lib/checkJson';
import { parseBoundedJson } from '../lib/boundedJson';
import { InputError } from '../lib/errors';
import { isRepo, isRevision } from '../experiment/modelId';
import { readBody } from './body';
import { HubError } from './hubError';
import { ask, refusePage } from './request';
import type { HubWorld, RepoFile, RepoListing, RepoRevision, TransferOptions } from './types';

const limits = { characters: 20_000_000, depth: 12, keys: 1_000_000, items: 200_000, string: 1_000_000 };
const hex = (digits: number) =>
  v.pipe(v.string(), v.regex(new RegExp(`^[0-9a-f]{${digits}}$`), `${digits} hex digits`));

const schema = v.object({
  sha: hex(40),
  siblings: v.array(
    v.object({
      rfilename: v.string(),
      size: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
      blobId: v.optional(hex(40)),
      lfs: v.nullish(v.object({ sha256: hex(64), size: v.pipe(v.number(), v.safeInteger(), v.minValue(0)) })),
    }),
  ),
});

const collection = { model: 'models', dataset: 'datasets' } as const;

/** Rejects with `HubError`; with `InputError` on an id or a revision that cannot be one. */
export async function listRepo(
  world: HubWorld,
  { kind, repo, revision }: RepoRevision,
  options: Pick<TransferOptions, 'signal' | 'onNotice'>,
): Promise<RepoListing> {
  if (!isRepo(repo)) throw new InputError(kind, repo, 'an id of the hub: organisation/name');
  if (!isRevision(revision)) throw new InputError('revision', revision, 'a branch, a tag or a commit');
  const what = `${repo} at ${revision}`;
  const url = `${world.endpoint}/api/${collection[kind]}/${repo}/revision/${encodeURIComponent(revision)}?blobs=true`;
  const text = await ask(
    world,
    () => ({ url, what }),
    options,
    async (response, heard) => {
      refusePage(response, what);
      return new TextDecoder().decode(await readBody(response, what, limits.characters, heard));
    },
  );
  const json = parseBoundedJson(text, limits, { plainKeys: false });
  if (!json.ok) throw new HubError('not-data', `${what}: what the hub lists cannot be read: ${json.reason.message}`);
  const { sha, siblings } = readAnswer(json.value, what);
  const files = siblings.flatMap(({ rfilename: path, size, blobId, lfs }): RepoFile[] => {
    const bytes = lfs?.size ?? size;
    if (bytes === undefined) return [];
    return [{ path, bytes, sha256: lfs?.sha256 ?? null, gitSha1: lfs ? null : (blobId ?? null) }];
  });
  return { kind, repo, commit: sha, files };
}

function readAnswer(value: unknown, what: string): v.InferOutput<typeof schema> {
  try {
    return checkJson('the listing', schema, value);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new HubError('not-data', `${what}: ${error.message}`);
  }
}

/** Where a file of the listing is read. */
export function fileUrl(world: HubWorld, { kind, repo, commit }: RepoListing, path: string): string {
  const place = kind === 'dataset' ? `datasets/${repo}` : repo;
  return `${world.endpoint}/${place}/resolve/${commit}/${path.split('/').map(encodeURIComponent).join('/')}`;
}

/** Throws `HubError` where it is not listed. */
export function listedFile({ repo, files }: RepoListing, path: string): RepoFile {
  const file = files.find((entry) => entry.path === path);
  if (!file) throw new HubError('not-found', `${repo} has no ${path}`);
  return file;
}
