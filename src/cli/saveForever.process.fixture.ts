/** The process that the kill test kills: saves into the folder it is given, and prints every step that is safe. */
import { saveForever } from '../trainer/saveForever.fixture';
import { folderStorage } from './folderStorage';

await saveForever(folderStorage(process.argv[2] ?? ''), (step) => process.stdout.write(`${step}\n`));
