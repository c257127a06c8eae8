/** AMC 23: 40 problems of the American Mathematics Competitions 2023, as an evaluation set (arXiv 2506.01347). Their texts belong to the contest: rows come
 * from the hub or from a file. */
import { datasetTask } from './parts/dataset';
import { dataParam, graderParam, readGrader, readMathRow, readUnboxed, unboxedParam } from './parts/mathRows';
import type { TaskDefinition } from './parts/types';

export const definition: TaskDefinition = {
  name: 'amc23',
  label: 'AMC 23',
  help: 'Forty problems of a contest with numbers as answers; for evaluation only. Needs a model that reads text, and the rows.',
  params: [graderParam('mathematics'), unboxedParam, dataParam],
  data: {
    rows: 'problem and answer',
    sources: [{ set: 'heldOut', repo: 'math-ai/amc23', split: 'test' }],
    evaluationOnly: true,
  },
  alphabet: '',
  maxPromptTokens: 1024,
  maxNewTokens: 3072,
  listsAnswers: false,
  sampleRows: {
    train: [],
    heldOut: [{ problem: 'Find the sum of the digits of $10^{5} - 1$.', answer: '45' }],
  },
  examples: [
    {
      prompt: 'Find the sum of the digits of $10^{5} - 1$.',
      answer: '\\boxed{045}',
      reward: 1,
      reason: '045: identical',
    },
    {
      prompt: 'Find the sum of the digits of $10^{5} - 1$.',
      answer: '\\boxed{46}',
      reward: 0,
      reason: '46, right is 45: different value',
    },
  ],
  create: (params, rows) =>
    datasetTask(
      {
        name: 'amc23',
        rule: { kind: 'math', mode: readGrader(params, 'mathematics'), unboxed: readUnboxed(params) },
        evaluationOnly: true,
        maxPromptTokens: 1024,
        maxNewTokens: 3072,
        read: readMathRow,
      },
      rows,
    ),
};
