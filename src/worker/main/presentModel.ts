/** A run's model with its weights as they are, as the files that other programs read. Reads and draws nothing else: the run's numbers stay what they are. */
import { cardEvaluations, licenseOfCard } from '../../export/model/modelCard';
import { fileBlobs, zipBlob } from '../../export/model/modelBlobs';
import { modelFiles } from '../../export/model/modelExport';
import type { ModelWish, TakenModel } from '../../export/model/modelForm';
import { readModelId } from '../../experiment/modelId';
import type { PolicyModel } from '../../model/policyModel';
import type { Engine } from './engine';

type TakenEngine = Pick<Engine, 'folder' | 'adapter'> & {
  readonly policy: Pick<PolicyModel, 'trainedTensors'>;
  readonly trainer: Pick<Engine['trainer'], 'experiment' | 'state'>;
};

interface Told {
  /** Of the base; null where nobody said. */
  readonly license: string | null;
  readonly evaluations: Parameters<typeof cardEvaluations>[0];
}

/** The worker's heartbeat gets its turn. */
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** Throws `InputError` on an adapter where none trains, on a weight that float16 cannot hold, and on more than a zip does. */
export async function presentModel(
  { folder, adapter, policy, trainer }: TakenEngine,
  { license, evaluations }: Told,
  { form, dtype, packing }: ModelWish,
): Promise<TakenModel> {
  const experiment = trainer.experiment();
  const { step } = trainer.state();
  const trained = new Map((await policy.trainedTensors()).map((tensor) => [tensor.name, tensor]));
  const files = modelFiles({
    folder: adapter === null ? { ...folder, tensors: trained } : folder,
    adapter: adapter && { config: adapter.config, tensors: trained },
    form,
    dtype,
    card: { experiment, step, license, evaluations: cardEvaluations(evaluations) },
  });
  if (packing === 'files') return { step, files: await fileBlobs(files, turn) };
  const { objective } = experiment;
  const path = `${objective.name || objective.algorithm}-step-${step}-${form}-${dtype}.zip`;
  return { step, files: [{ path, content: await zipBlob(files, turn) }] };
}

/** That of a shipped base stands in the card beside it; of others nobody said. */
export async function baseLicense(model: string, base: string): Promise<string | null> {
  if (readModelId(model)?.kind !== 'shipped') return null;
  const card = await fetch(new URL(`models/${model}/README.md`, base)).catch(() => null);
  return card?.ok === true ? licenseOfCard(await card.text()) : null;
}
