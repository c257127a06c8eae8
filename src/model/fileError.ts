import { InputError, oneLine } from '../lib/errors';

/** Of a path or address, and of what is wrong, which may list several tensors; characters. Names from the file are cut by
 * whoever quotes them. */
const longest = { file: 110, problem: 600 };

/** A model file that is not what it should be. The message is one line: the file, then what is wrong with it. */
export class FileFormatError extends InputError {
  override readonly name = 'FileFormatError';

  constructor(file: string, problem: string) {
    super(file, problem, 'a valid file');
    this.message = `${oneLine(file, longest.file)}: ${oneLine(problem, longest.problem)}`;
  }
}
