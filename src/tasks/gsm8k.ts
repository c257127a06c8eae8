/** GSM8K (Cobbe et al., arXiv 2110.14168): word problems of grade-school arithmetic with worked steps; the answer stands behind `####`. Rows come
 * from the hub or from a file. */
import { extractNumber } from '../verify/extract';
import { datasetTask, needColumn, type RowReading } from './parts/dataset';
import { dataParam, graderParam, readGrader, readUnboxed, unboxedParam } from './parts/mathRows';
import type { DatasetRow, TaskDefinition } from './parts/types';

function readRow(row: DatasetRow): RowReading {
  const prompt = needColumn(row, ['question', 'problem', 'prompt']);
  const answer = needColumn(row, ['answer', 'solution']);
  const shown = extractNumber(answer, 'last').text ?? answer;
  return { prompt, answer, shown, demonstration: answer.includes('####') ? answer : `#### ${answer}` };
}

export const definition: TaskDefinition = {
  name: 'gsm8k',
  label: 'GSM8K',
  help: 'Word problems of grade-school arithmetic; a number behind #### or in a box. Needs a model that reads text, and the rows.',
  params: [graderParam('mathematics'), unboxedParam, dataParam],
  data: {
    rows: 'question, and answer that ends with #### and a number',
    sources: [
      { set: 'train', repo: 'openai/gsm8k', split: 'train', folder: 'main' },
      { set: 'heldOut', repo: 'openai/gsm8k', split: 'test', folder: 'main' },
    ],
    evaluationOnly: false,
  },
  alphabet: '',
  maxPromptTokens: 256,
  maxNewTokens: 400,
  listsAnswers: false,
  sampleRows: {
    train: [
      { question: 'A crate holds 12 jars. How many jars do 3 crates hold?', answer: '3 * 12 = 36 jars.\n#### 36' },
      { question: 'Ina had 20 coins and lost 7. How many are left?', answer: '20 - 7 = 13 coins.\n#### 13' },
    ],
    heldOut: [{ question: 'Five friends share 45 nuts. How many does each get?', answer: '45 / 5 = 9 nuts.\n#### 9' }],
  },
  examples: [
    {
      prompt: 'Five friends share 45 nuts. How many does each get?',
      answer: '45 / 5 = 9.\n#### 9',
      reward: 1,
      reason: '9: same text',
    },
    {
      prompt: 'Five friends share 45 nuts. How many does each get?',
      answer: 'Each gets \\boxed{9.0}.',
      reward: 1,
      reason: '9.0: identical',
    },
    {
      prompt: 'Five friends share 45 nuts. How many does each get?',
      answer: '45 / 5 = 8\n#### 8',
      reward: 0,
      reason: '8, right is 9: different value',
    },
    {
      prompt: 'Five friends share 45 nuts. How many does each get?',
      answer: 'Nine, I think.',
      reward: 0,
      reason: 'no answer',
    },
  ],
  create: (params, rows) =>
    datasetTask(
      {
        name: 'gsm8k',
        rule: { kind: 'gsm8k', mode: readGrader(params, 'mathematics'), unboxed: readUnboxed(params) },
        evaluationOnly: false,
        maxPromptTokens: 256,
        maxNewTokens: 400,
        read: readRow,
      },
      rows,
    ),
};
