/** An adapter in PEFT's layout: adapter_config.json and adapter_model.safetensors, alone or beside its base. */
import { describeDecoder } from '../description';
import type { ModelConfig } from '../config';
import { FileFormatError } from '../fileError';
import type { ModelSource } from '../folder';
import { checkFinite, tensorProblems } from '../parameters';
import { readSafetensorsHeader, readTensor, writeSafetensors, type NamedTensor } from '../safetensors';
import type { NamedWeights } from '../weights/tensorImage';
import { formatAdapterConfig, parseAdapterConfig, type AdapterConfig } from './adapterConfig';
import { layoutAdapter } from './adapterLayout';

const files = { config: 'adapter_config.json', weights: 'adapter_model.safetensors' } as const;

export interface Adapter {
  readonly config: AdapterConfig;
  /** PEFT's names and shapes. */
  readonly tensors: ReadonlyMap<string, NamedWeights>;
}

export const hasAdapter = (source: ModelSource): Promise<boolean> => source.exists(files.config);

/** Reads and checks an adapter of `base`. Throws `FileFormatError` on anything malformed. */
export async function readAdapter(source: ModelSource, base: ModelConfig): Promise<Adapter> {
  const config = parseAdapterConfig(await source.readText(files.config), `${source.name}/${files.config}`);
  const file = `${source.name}/${files.weights}`;
  if (!(await source.exists(files.weights))) throw new FileFormatError(source.name, `there is no ${files.weights}`);
  const bytes = await source.readBytes(files.weights);
  const header = readSafetensorsHeader(bytes, file);
  const expected = layoutAdapter(describeDecoder(base), config).tensors;
  const problems = tensorProblems(expected, header.tensors, { meant: files.config, whole: 'a factor of this adapter' });
  if (problems.length > 0) throw new FileFormatError(file, problems.join('; '));
  const tensors = expected.map(({ name, shape }) => {
    const data = readTensor(bytes, header, name, file);
    checkFinite(name, data, file);
    return [name, { shape, data }] as const;
  });
  return { config, tensors: new Map(tensors) };
}

/** The files of an adapter, by name, that `readAdapter` and PEFT read back; the caller writes them. */
export function formatAdapter(
  config: AdapterConfig,
  tensors: readonly NamedTensor[],
): Map<string, string | Uint8Array> {
  return new Map<string, string | Uint8Array>([
    [files.config, formatAdapterConfig(config)],
    [files.weights, writeSafetensors(tensors)],
  ]);
}
