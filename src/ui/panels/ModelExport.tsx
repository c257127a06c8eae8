/** The model of the run in front, with its weights as they are, as files for other programs. */
import { useState } from 'react';
import {
  modelDtypes,
  type ModelDtype,
  type ModelForm,
  type ModelWish,
  type TakenModel,
} from '../../export/model/modelForm';
import type { Run } from '../../store/runs/runs';
import { useApp } from '../appContext';
import { saveFile } from '../charts/chartFile';
import { ModelPublish } from './ModelPublish';
import { canPickFolder, pickFolder, saveInFolder } from './modelFolder';

const forms = [
  { id: 'merged', label: 'whole model' },
  { id: 'adapter', label: 'adapter alone' },
] as const satisfies readonly { readonly id: ModelForm; readonly label: string }[];

const dtypeLabels = { f32: 'float32', f16: 'float16', bf16: 'bfloat16' } as const satisfies Record<ModelDtype, string>;

interface ModelExportProps {
  readonly run: Run;
  /** One line for people, on what came of it. */
  readonly say: (message: string) => void;
}

export function ModelExport({ run, say }: ModelExportProps): React.JSX.Element | null {
  const { training } = useApp();
  const [form, setForm] = useState<ModelForm>('merged');
  const [dtype, setDtype] = useState<ModelDtype>('f32');
  const [busy, setBusy] = useState(false);
  if (run.origin !== 'trained') return null;

  /** Null where there is none, which is then said. */
  const take = async (packing: ModelWish['packing']): Promise<TakenModel | null> => {
    say('Reading the weights…');
    const wish = { form, dtype, packing };
    const reply = await training.ask<TakenModel | null>({ type: 'take-model', runId: run.id, wish });
    if (!reply.ok) say(`Not exported. ${reply.error.message}`);
    else if (reply.value === null) say('The run’s weights are not loaded: take a step first.');
    return reply.ok ? reply.value : null;
  };
  const download = async (): Promise<void> => {
    const taken = await take('zip');
    for (const { path, content } of taken?.files ?? []) {
      saveFile(path, content);
      say(`${path} saved, as of rollout ${taken?.step ?? 0}: its README is the card`);
    }
  };
  const save = async (): Promise<void> => {
    // The browser asks for a folder right after a click only.
    const folder = await pickFolder();
    if (folder === null) return;
    const taken = await take('files');
    if (taken === null) return;
    await saveInFolder(folder, taken.files);
    say(`${taken.files.length} files saved in ${folder.name}, as of rollout ${taken.step}`);
  };
  const start = (work: () => Promise<void>): void => {
    setBusy(true);
    void work()
      .catch((error: unknown) => say(`Not saved. ${error instanceof Error ? error.message : String(error)}`))
      .finally(() => setBusy(false));
  };

  return (
    <fieldset className="share-section">
      <legend>Take the model along</legend>
      <p className="muted">
        {run.name} with its present weights, in Hugging Face’s layout, and a card with experiment, link and Pass@k.
      </p>
      <div className="button-row">
        <select
          className="field-input"
          aria-label="Part of the model"
          value={form}
          onChange={({ target }) => setForm(target.value === 'adapter' ? 'adapter' : 'merged')}
        >
          {forms.map(({ id, label }) => (
            <option key={id} value={id} disabled={id === 'adapter' && run.experiment.adapter.rank === 0}>
              {label}
            </option>
          ))}
        </select>
        <select
          className="field-input"
          aria-label="Type of the weights"
          value={dtype}
          onChange={({ target }) => setDtype(modelDtypes.find((name) => name === target.value) ?? 'f32')}
        >
          {modelDtypes.map((name) => (
            <option key={name} value={name}>
              {dtypeLabels[name]}
            </option>
          ))}
        </select>
        <button type="button" className="button button-small" disabled={busy} onClick={() => start(download)}>
          Download model
        </button>
        {canPickFolder() && (
          <button type="button" className="button button-small" disabled={busy} onClick={() => start(save)}>
            Save in a folder
          </button>
        )}
      </div>
      <ModelPublish run={run} busy={busy} start={start} take={() => take('files')} say={say} />
    </fieldset>
  );
}
