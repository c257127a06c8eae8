/** A folder of the visitor's own disk, where the browser lets a page write to one (Chromium). TypeScript's DOM library has no picker. */
import type { ModelBlob } from '../../export/model/modelForm';

export type PickedFolder = Pick<FileSystemDirectoryHandle, 'name' | 'getFileHandle'>;
type PickerWindow = {
  readonly showDirectoryPicker?: (options: { readonly mode: 'readwrite' }) => Promise<PickedFolder>;
};

export const canPickFolder = (): boolean => (window as PickerWindow).showDirectoryPicker !== undefined;

/** Null where the visitor chose none. */
export async function pickFolder(): Promise<PickedFolder | null> {
  try {
    return (await (window as PickerWindow).showDirectoryPicker?.({ mode: 'readwrite' })) ?? null;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return null;
    throw error;
  }
}

/** File after file, streamed. A file that fails leaves what was there. */
export async function saveInFolder(folder: PickedFolder, files: readonly ModelBlob[]): Promise<void> {
  for (const { path, content } of files) {
    const handle = await folder.getFileHandle(path, { create: true });
    await content.stream().pipeTo(await handle.createWritable());
  }
}
