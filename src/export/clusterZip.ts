/** An experiment for a framework as one zip, made in the page. */
import { strToU8, zipSync } from 'fflate';
import type { Experiment } from '../experiment/types';
import { failure, success, type Result } from '../lib/result';
import { InputError } from '../lib/errors';
import { encodeLink } from '../share/link';
import { exportExperiment } from './exportExperiment';
import type { Framework } from './expressible';
import { baseFiles, isShipped, modelFolder } from './scale';

export interface ClusterRequest {
  readonly experiment: Experiment;
  readonly framework: Framework;
  /** The page's address without its hash. */
  readonly address: string;
  /** Where `models/` of the shipped bases lies. */
  readonly base: string;
  readonly fetch: (url: URL) => Promise<Response>;
}

/** The zip, a shipped base's files included; or in one line why there is none: what the framework cannot express, a file that did
 * not come. */
export async function clusterZip(request: ClusterRequest): Promise<Result<Uint8Array<ArrayBuffer>>> {
  const { experiment, framework, address } = request;
  try {
    const files = exportExperiment(experiment, framework, address + encodeLink({ preset: '', experiment }));
    const base = isShipped(experiment) ? await fetchBase(request) : [];
    const entries = [...files, ...base].map(({ path, content }) => [
      path,
      typeof content === 'string' ? strToU8(content) : content,
    ]);
    return success(zipSync(Object.fromEntries(entries) as Record<string, Uint8Array>));
  } catch (error) {
    if (error instanceof InputError || error instanceof BaseFileError) return failure(error.message);
    throw error;
  }
}

class BaseFileError extends Error {}

function fetchBase({ experiment: { model }, base, fetch }: ClusterRequest) {
  return Promise.all(
    baseFiles.map(async (name) => {
      const response = await fetch(new URL(`models/${model}/${name}`, base)).catch(() => null);
      if (response?.ok !== true)
        throw new BaseFileError(`models/${model}/${name} could not be loaded: is the network gone?`);
      return { path: `${modelFolder}/${name}`, content: new Uint8Array(await response.arrayBuffer()) };
    }),
  );
}
