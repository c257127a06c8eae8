/** What the hub's readers are given and give back, for models and data sets alike. */

export type RepoKind = 'model' | 'dataset';

/** A repository at a branch, tag or commit. */
export interface RepoRevision {
  readonly kind: RepoKind;
  /** `Org/Name`; some old repositories have no organisation. */
  readonly repo: string;
  /** `main`, a tag, or 40 hex digits of a commit. */
  readonly revision: string;
}

export interface RepoFile {
  /** Within the repository, with `/`. */
  readonly path: string;
  readonly bytes: number;
  /** Of a large file (LFS, Xet), as the hub lists it; null for one that lies in git itself. */
  readonly sha256: string | null;
  /** Git's id of the blob, SHA-1 over `blob <bytes>\0` and the content; null for a large file, whose id is that of its pointer. */
  readonly gitSha1: string | null;
}

/** A repository as it was at one commit. */
export interface RepoListing {
  readonly kind: RepoKind;
  readonly repo: string;
  /** 40 hex digits: what every file is read at. */
  readonly commit: string;
  readonly files: readonly RepoFile[];
}

/** A SHA-256 that is fed piece by piece. */
export interface HashStream {
  update(bytes: Uint8Array): void;
  /** Lower-case hex. */
  digest(): string;
}

/** What reading from the hub needs of the place where it runs. */
export interface HubWorld {
  /** `https://huggingface.co`, or what stands in for it in tests. Without a slash at its end. */
  readonly endpoint: string;
  readonly fetch: (url: string, init: HubRequest) => Promise<Response>;
  /** Milliseconds since 1970: Retry-After may name a date. */
  readonly now: () => number;
  /** Resolves after that time; rejects with the signal's reason. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly sha256: () => HashStream;
}

export interface HubRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Something that people should know while a transfer goes on: a wait, a file that starts over. One line. */
export type Tell = (words: string) => void;

export interface TransferOptions {
  readonly signal: AbortSignal;
  /** Bytes so far, and in all. */
  readonly onBytes?: (done: number, total: number) => void;
  readonly onNotice?: Tell;
}

/** One file of a repository, read where it is needed: `hyparquet` takes it as its AsyncBuffer. Every piece is of the same commit
 * and ETag. `slice` rejects with `HubError`. */
export interface RangedFile {
  readonly byteLength: number;
  slice(start: number, end?: number): Promise<ArrayBuffer>;
}

/** A whole file in memory, checked against the size and hash that the hub lists. Rejects with `HubError` (`fetchRepoFile.ts`). */
export type FetchRepoFile = (
  world: HubWorld,
  file: RepoRevision & { readonly path: string; readonly mostBytes: number },
  options: TransferOptions,
) => Promise<{ readonly commit: string; readonly bytes: Uint8Array<ArrayBuffer> }>;

/** The same file by pieces, nothing fetched yet but its place in the listing. Rejects with `HubError` (`fetchRepoFile.ts`). */
export type OpenRepoFile = (
  world: HubWorld,
  file: RepoRevision & { readonly path: string },
  options: Pick<TransferOptions, 'signal' | 'onNotice'>,
) => Promise<{ readonly commit: string; readonly file: RangedFile }>;
