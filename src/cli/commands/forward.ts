import * as v from 'valibot';
import { InputError } from '../../lib/errors';
import { writeSafetensors } from '../../model/safetensors';
import { checkJson } from '../../lib/checkJson';
import type { Command } from '../command';
import { checkOutput, folderSource, readJsonInput, writeOutput } from '../files';
import { openPolicy } from '../openPolicy';
import { padRows } from '../padRows';
import { findModelFolder } from '../project';

const tokenId = v.pipe(v.number(), v.integer(), v.minValue(0));
const tokensSchema = v.object({
  tokens: v.pipe(v.array(v.pipe(v.array(tokenId), v.minLength(1))), v.minLength(1)),
});

export const command: Command = {
  summary: 'logits [rows, longest, vocabulary] of given token ids',
  options: {
    model: { value: 'ID|DIR', help: 'a shipped model or a folder in Hugging Face layout' },
    tokens: { value: 'FILE', help: '{"tokens": [[...], ...]}, rows of any length' },
    out: { value: 'FILE', help: 'safetensors file to write; logits are zero past the end of a row' },
  },
  async run(args) {
    const out = args.text('out');
    checkOutput('--out', out, args.flag('force'));
    const folder = await findModelFolder('--model', args.text('model'));
    const file = args.text('tokens');
    const { tokens } = checkJson(file, tokensSchema, readJsonInput('--tokens', file));
    const { policy, gpu } = await openPolicy(folderSource(folder));
    const outside = tokens.flat().find((id) => id >= policy.vocabularySize);
    if (outside !== undefined) throw new InputError(file, outside, `token ids below ${policy.vocabularySize}`);
    const logits = padRows('logits', await policy.logits(tokens), [policy.vocabularySize]);
    gpu.check();
    policy.dispose();
    writeOutput(out, writeSafetensors([logits]));
    return { out, shape: logits.shape };
  },
};
