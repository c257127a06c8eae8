/** The worker that the kill test kills: saves into the browser's storage, or looks what is there. */
import { createRunFolders } from '../src/persist/runFolders';
import { findSaved, saveForever } from '../src/trainer/saveForever.fixture';

const scope = self as unknown as {
  postMessage(message: unknown): void;
  onmessage: ((event: { readonly data: 'save' | 'find' }) => void) | null;
};
const storage = createRunFolders().storage('killed');

scope.onmessage = ({ data }) => {
  if (data === 'save') void saveForever(storage, (step) => scope.postMessage(step));
  else void findSaved(storage).then((found) => scope.postMessage(found));
};
