/** A model into a new repository of the visitor's account on the hub. */
import type { ModelBlob } from '../../export/model/modelForm';
import { failure, success, type Result } from '../../lib/result';
import type { HubAccount } from './signIn';

export interface Publication {
  readonly account: HubAccount;
  /** Of the new repository, without the account. */
  readonly repository: string;
  readonly visibility: 'private' | 'public';
  readonly files: readonly ModelBlob[];
  readonly title: string;
  /** The hub's address; its own by default. */
  readonly hubUrl?: string;
  /** One line for people. */
  readonly onProgress: (words: string) => void;
}

/** Words of the hub's own rule: letters, digits and `._-`. */
export const repositoryName = (words: string): string =>
  words
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/-{2,}|\.{2,}/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 96);

export interface PushRefusal {
  readonly message: string;
  /** The hub no longer knows the account's token. */
  readonly signedOut: boolean;
}

/** The repository's address. Nothing is written to a repository that is there already. */
export async function publishModel(publication: Publication): Promise<Result<string, PushRefusal>> {
  const { account, repository, visibility, files, title, hubUrl, onProgress } = publication;
  const { createRepo, HubApiError, uploadFilesWithProgress } = await import('@huggingface/hub');
  const name = `${account.name}/${repository}`;
  const common = { repo: name, accessToken: account.token, ...(hubUrl === undefined ? {} : { hubUrl }) };
  try {
    const { repoUrl } = await createRepo({ ...common, visibility });
    const upload = uploadFilesWithProgress({ ...common, files: [...files], commitTitle: title });
    for await (const event of upload) {
      if (event.event === 'fileProgress')
        onProgress(`${event.path}: ${event.state}, ${Math.round(100 * event.progress)} %`);
    }
    return success(repoUrl);
  } catch (error) {
    const status = error instanceof HubApiError ? error.statusCode : null;
    const signedOut = status === 401;
    if (signedOut) return failure({ message: 'The hub has signed this page out: push once more.', signedOut });
    if (status === 409) return failure({ message: `${name} is there already: choose another name.`, signedOut });
    const reason = error instanceof Error ? error.message : String(error);
    return failure({ message: `The hub did not take it: ${reason}`, signedOut });
  }
}
