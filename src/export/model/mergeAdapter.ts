/** An adapter added into the weights it stands beside: W + s B A (Hu et al., arXiv:2106.09685). */
import { adapterScale } from '../../model/adapter/adapterConfig';
import type { Adapter } from '../../model/adapter/adapterFolder';
import type { ModelFolder } from '../../model/folder';
import type { TensorSource } from './safetensorsParts';

/** The folder's tensors in their order, those with a factor of low rank beside them merged when they are read. */
export function mergedTensors({ tensors }: Pick<ModelFolder, 'tensors'>, adapter: Adapter | null): TensorSource[] {
  return [...tensors].map(([name, tensor]) => ({
    name,
    shape: tensor.shape,
    read: () => merged(name, tensor.data, adapter),
  }));
}

function merged(name: string, weights: Float32Array, adapter: Adapter | null): Float32Array {
  const module = `base_model.model.${name.replace(/\.weight$/, '')}`;
  const a = adapter?.tensors.get(`${module}.lora_A.weight`);
  const b = adapter?.tensors.get(`${module}.lora_B.weight`);
  if (!adapter || !a || !b) return weights;
  const scale = adapterScale(adapter.config);
  const [rank = 0, columns = 0] = a.shape;
  const row = new Float64Array(columns);
  const out = new Float32Array(weights.length);
  for (let at = 0, r = 0; at < weights.length; at += columns, r++) {
    row.fill(0);
    for (let k = 0; k < rank; k++) {
      const factor = scale * (b.data[r * rank + k] ?? 0);
      const from = k * columns;
      for (let c = 0; c < columns; c++) row[c] = (row[c] ?? 0) + factor * (a.data[from + c] ?? 0);
    }
    for (let c = 0; c < columns; c++) out[at + c] = (weights[at + c] ?? 0) + (row[c] ?? 0);
  }
  return out;
}
