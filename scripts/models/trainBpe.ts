/** `npm run models:tokenizer -- OUT`: writes the word problems' tokenizer to a folder. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tokenizerFiles } from './tokenizerFiles.ts';
import { wordProblemTokenizer } from './wordProblemTokenizer.ts';

/** Longest problem and longest answer together. */
const modelMaxLength = 128;

const out = process.argv[2];
if (out === undefined) throw new Error('usage: npm run models:tokenizer -- OUT');
const pairs = wordProblemTokenizer();
mkdirSync(out, { recursive: true });
for (const [name, text] of tokenizerFiles(pairs, modelMaxLength)) writeFileSync(join(out, name), text);
console.log(`${pairs.vocabulary.size + 1} tokens`);
