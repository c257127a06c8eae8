/** What of an experiment is about size: the named fields at the top of every exported configuration. */
import type { Experiment } from '../experiment/types';

export interface Scale {
  /** Hugging Face id, or a folder that every machine sees. */
  readonly model: string;
  readonly nodes: number;
  readonly gpusPerNode: number;
  /** GPUs that the sampler spreads one copy of the model over. */
  readonly tensorParallel: number;
  /** Answers in one forward and backward pass on one GPU. */
  readonly rowsPerGpu: number;
  readonly maxPromptTokens: number;
}

/** A shipped base travels as a folder beside the configuration; anything else is a Hugging Face id. */
export const modelFolder = 'model';

/** What Hugging Face's loaders read of a shipped base. */
export const baseFiles = ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json'] as const;

export function isShipped({ model }: Pick<Experiment, 'model'>): boolean {
  return !model.includes('/');
}

/** A machine of eight GPUs, as far as the mini-batches can be cut for it; to be changed by whoever runs it. */
export function initialScale(experiment: Experiment, maxPromptTokens: number): Scale {
  const { model, batch } = experiment;
  const answers = (batch.promptsPerStep / batch.updatesPerRollout) * batch.groupSize;
  const gpusPerNode = [8, 4, 2].find((count) => answers % count === 0) ?? 1;
  const rowsPerGpu = [8, 4, 2].find((rows) => (answers / gpusPerNode) % rows === 0) ?? 1;
  return {
    model: isShipped(experiment) ? modelFolder : model,
    nodes: 1,
    gpusPerNode,
    tensorParallel: 1,
    rowsPerGpu,
    maxPromptTokens,
  };
}
