import { useId, useState } from 'react';
import { useModels } from '../../store/models/models';
import type { GivenFile } from '../../worker/hubProtocol';
import { useApp } from '../appContext';

/** A model folder of this machine: chosen, or dropped. Nothing of it leaves the browser. */
export function FolderDrop(): React.JSX.Element {
  const { models, experiments } = useApp();
  const idle = useModels((state) => state.phase === 'idle');
  const [over, setOver] = useState(false);
  const id = useId();
  const take = (name: string, files: readonly GivenFile[]): void => {
    if (files.length > 0) void models.planFolder(name, files, experiments.getState().experiment);
  };
  return (
    <div
      className={`models-drop ${over ? 'models-drop-over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void readDropped(event.dataTransfer).then(({ name, files }) => take(name, files));
      }}
    >
      <label htmlFor={id}>
        From a folder on this machine: config.json, tokenizer.json, *.safetensors. Choose it or drop it here.
      </label>
      <input
        id={id}
        type="file"
        multiple
        disabled={!idle}
        {...{ webkitdirectory: '' }}
        onChange={(event) => {
          const list = [...(event.target.files ?? [])];
          event.target.value = '';
          const name = list[0]?.webkitRelativePath.split('/')[0] ?? '';
          take(name === '' ? 'model' : name, topFiles(list));
        }}
      />
    </div>
  );
}

/** Those that lie in the folder itself. */
const topFiles = (files: readonly File[]): GivenFile[] =>
  files.filter((file) => file.webkitRelativePath.split('/').length <= 2).map((file) => ({ path: file.name, file }));

/** A dropped folder, or dropped files. */
async function readDropped(
  data: DataTransfer,
): Promise<{ readonly name: string; readonly files: readonly GivenFile[] }> {
  // Both must be asked for before anything is waited for.
  const plain = [...data.files];
  const folder = [...data.items].map((item) => item.webkitGetAsEntry()).find((entry) => entry?.isDirectory);
  if (!folder) return { name: 'model', files: plain.map((file) => ({ path: file.name, file })) };
  const reader = (folder as FileSystemDirectoryEntry).createReader();
  const files: GivenFile[] = [];
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (entries.length === 0) return { name: folder.name, files };
    for (const entry of entries.filter((one) => one.isFile)) {
      const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
      files.push({ path: file.name, file });
    }
  }
}
