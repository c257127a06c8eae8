import { InputError } from '../lib/errors';

/** A model file that is not what it should be. The message is one line: the file, then what is wrong with it. */
export class FileFormatError extends InputError {
  override readonly name = 'FileFormatError';

  constructor(file: string, problem: string) {
    super(file, problem, 'a valid file');
    this.message = `${file}: ${problem}`;
  }
}
