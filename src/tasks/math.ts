/** MATH (Hendrycks et al., arXiv 2103.03874): 7,500 competition problems to train on, MATH-500 held out. None of its text is in this project: rows
 * come from the hub or from a file. */
import { datasetTask } from './parts/dataset';
import { dataParam, graderParam, readGrader, readMathRow, readUnboxed, unboxedParam } from './parts/mathRows';
import type { TaskDefinition } from './parts/types';

export const definition: TaskDefinition = {
  name: 'math',
  label: 'MATH',
  help: 'Competition mathematics; the answer stands in a box. Needs a model that reads text, and the rows.',
  params: [graderParam('mathematics'), unboxedParam, dataParam],
  data: {
    rows: 'problem and solution with its answer in a box, or problem and answer',
    sources: [
      { set: 'train', repo: 'EleutherAI/hendrycks_math', split: 'train' },
      { set: 'heldOut', repo: 'HuggingFaceH4/MATH-500', split: 'test' },
    ],
    evaluationOnly: false,
  },
  alphabet: '',
  maxPromptTokens: 512,
  maxNewTokens: 1024,
  listsAnswers: false,
  sampleRows: {
    train: [
      { problem: 'Compute $7 \\cdot 8$.', solution: 'The product is $\\boxed{56}$.' },
      { problem: 'What is half of $\\frac{3}{2}$?', solution: 'It is $\\frac{3}{2} : 2 = \\boxed{\\frac{3}{4}}$.' },
      { problem: 'Solve $2x = 10$ for $x$.', answer: '5' },
    ],
    heldOut: [{ problem: 'Compute $9^2$.', solution: 'It is $9 \\cdot 9 = \\boxed{81}$.' }],
  },
  examples: [
    { prompt: 'Compute $9^2$.', answer: 'So \\boxed{81}.', reward: 1, reason: '81: same text' },
    { prompt: 'What is half of $\\frac{3}{2}$?', answer: '\\boxed{0.75}', reward: 1, reason: '0.75: identical' },
    {
      prompt: 'Compute $9^2$.',
      answer: '\\boxed{18}',
      reward: 0,
      reason: '18, right is 81: different value',
    },
    { prompt: 'Compute $9^2$.', answer: 'It is 81.', reward: 0, reason: 'no answer' },
  ],
  create: (params, rows) =>
    datasetTask(
      {
        name: 'math',
        rule: { kind: 'math', mode: readGrader(params, 'mathematics'), unboxed: readUnboxed(params) },
        evaluationOnly: false,
        maxPromptTokens: 512,
        maxNewTokens: 1024,
        read: readMathRow,
      },
      rows,
    ),
};
