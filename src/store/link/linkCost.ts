/** What opening a link's experiment would take, in words: from the table of shipped models, or by asking for the size of files beside the page. */
import type { PageCatalogue } from '../../experiment/catalogue';
import { modelName, readModelId } from '../../experiment/modelId';
import { formatBytes } from '../run/statusText';

/** Null: not a model that comes with the page, so nothing is known before somebody asks. */
export function costOfModel(id: string, catalogue: PageCatalogue): string | null {
  const model = catalogue.models.find((entry) => entry.id === id);
  if (!model) return null;
  return (
    `Its model, ${model.label}, comes with the page: ${formatBytes(model.downloadBytes)} to load, ` +
    `${formatBytes(model.memoryBytes)} of graphics memory for weights, gradients and optimiser; ` +
    `the activations of a batch come on top.`
  );
}

/** What a model that must be imported would need: nothing is known of it before somebody checks it under Models. Null for others. */
export function importWords(id: string, isHere: boolean): string | null {
  const model = readModelId(id);
  if (model === null || model.kind === 'shipped') return null;
  if (isHere) return `Its model, ${modelName(id)}, is in this browser.`;
  if (model.kind === 'local')
    return `Its model, ${modelName(id)}, was imported from somebody’s folder: it can be trained here once the same folder is imported.`;
  return `Its model, ${modelName(id)}, is on the hub and not in this browser. Nothing has been downloaded.`;
}

/** A folder name, never a path or an address: it becomes part of one. */
const folderName = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** Asks this page's own host, and nobody else, for the size of a model beside the page. */
export async function checkModel(base: string, id: string): Promise<string> {
  const missing = `${id} does not lie beside this page, so that it cannot be trained here.`;
  if (!folderName.test(id)) return missing;
  const answer = await fetch(new URL(`models/${id}/model.safetensors`, base), { method: 'HEAD' }).catch(() => null);
  if (!answer) return 'There was no answer: is the network gone?';
  // Hosts of single-page sites answer any path with a page.
  if (!answer.ok || (answer.headers.get('Content-Type') ?? '').startsWith('text/html')) return missing;
  const bytes = Number(answer.headers.get('Content-Length') ?? NaN);
  const size = Number.isFinite(bytes) && bytes > 0 ? formatBytes(bytes) : 'size not told';
  return `${id} lies beside this page: ${size} of weights to load. Its memory shows when it is loaded.`;
}
