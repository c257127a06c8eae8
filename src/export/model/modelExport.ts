/** A trained model as others read it: a Hugging Face folder with the adapter merged, or a PEFT folder, each with its card. */
import { InputError } from '../../lib/errors';
import { formatAdapterConfig } from '../../model/adapter/adapterConfig';
import type { Adapter } from '../../model/adapter/adapterFolder';
import { formatConfig } from '../../model/config';
import type { ModelFolder } from '../../model/folder';
import { dtypeNames } from './encodeValues';
import { mergedTensors } from './mergeAdapter';
import type { ModelDtype, ModelForm } from './modelForm';
import { formatModelCard, type CardFacts } from './modelCard';
import { safetensorsParts, type TensorSource } from './safetensorsParts';

/** One file, in pieces that are made one after the other. */
export interface StreamedFile {
  readonly path: string;
  readonly parts: () => Iterable<Uint8Array>;
}

export interface ModelExport {
  readonly folder: ModelFolder;
  /** Null where all weights were trained. */
  readonly adapter: Adapter | null;
  readonly form: ModelForm;
  readonly dtype: ModelDtype;
  readonly card: CardFacts;
}

/** Throws `InputError` where an adapter is asked for and there is none. */
export function modelFiles({ folder, adapter, form, dtype, card }: ModelExport): StreamedFile[] {
  const readme = text('README.md', formatModelCard(card, form, dtype));
  switch (form) {
    case 'merged':
      return [
        readme,
        text('config.json', withDtype(formatConfig(folder.config), dtype)),
        { path: 'model.safetensors', parts: () => safetensorsParts(mergedTensors(folder, adapter), dtype) },
        ...tokenizerFiles(folder),
      ];
    case 'adapter': {
      if (adapter === null)
        throw new InputError('--as', form, 'merged: this run trained all of the weights and has no adapter');
      const factors = [...adapter.tensors].map(([name, { shape, data }]): TensorSource => ({
        name,
        shape,
        read: () => data,
      }));
      const config = JSON.parse(formatAdapterConfig(adapter.config)) as object;
      return [
        readme,
        text(
          'adapter_config.json',
          json({ base_model_name_or_path: card.experiment.model, inference_mode: true, ...config }),
        ),
        { path: 'adapter_model.safetensors', parts: () => safetensorsParts(factors, dtype) },
        ...tokenizerFiles(folder),
      ];
    }
    default:
      return form satisfies never;
  }
}

function tokenizerFiles({ tokenizerJson, tokenizerConfigJson }: ModelFolder): StreamedFile[] {
  return [
    ...(tokenizerJson === null ? [] : [text('tokenizer.json', tokenizerJson)]),
    ...(tokenizerConfigJson === null ? [] : [text('tokenizer_config.json', tokenizerConfigJson)]),
  ];
}

function text(path: string, content: string): StreamedFile {
  return { path, parts: () => [new TextEncoder().encode(content)] };
}

const withDtype = (config: string, dtype: ModelDtype): string =>
  json({ ...(JSON.parse(config) as object), torch_dtype: dtypeNames[dtype].torch });

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
