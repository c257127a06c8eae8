/** One's own data set: a file of rows, of which two columns are problem and answer, graded in the way that is chosen. */
import type { ScalarValue } from '../experiment/paramSpec';
import { extractAnswer, extractNumber } from '../verify/extract';
import { checkPattern, type AnswerRule } from '../verify/rules';
import { datasetTask, needColumn, type RowReading } from './parts/dataset';
import { dataParam, graderParam, oneOf, readGrader, readUnboxed, unboxedParam } from './parts/mathRows';
import type { DatasetRow, TaskDefinition } from './parts/types';

const gradings = ['mathematically', 'numerically', 'exactly', 'pattern'] as const;

type Params = Readonly<Record<string, ScalarValue>>;

/** Of a regular expression no text can be made that it matches: a warm-up shows answers in this form. */
const defaultPattern = 'Answer: *(.+)';

const columnName = { pattern: '^[^\\p{Cc}]{1,64}$', allowed: 'the name of a column, up to 64 characters' };

function ruleOf(params: Params): AnswerRule {
  const grading = oneOf('grading', params['grading'] ?? gradings[0], gradings);
  switch (grading) {
    case 'mathematically':
      return { kind: 'math', mode: readGrader(params, 'mathematics'), unboxed: readUnboxed(params) };
    case 'numerically':
      return { kind: 'gsm8k', mode: readGrader(params, 'mathematics'), unboxed: 'last' };
    case 'exactly':
      return { kind: 'exact' };
    case 'pattern': {
      const pattern = String(params['pattern'] ?? defaultPattern);
      checkPattern('task.params.pattern', pattern);
      return { kind: 'pattern', pattern };
    }
    default:
      return grading satisfies never;
  }
}

function readRow(row: DatasetRow, params: Params, rule: AnswerRule): RowReading {
  const prompt = needColumn(row, [String(params['problem'] ?? 'problem')]);
  const answer = needColumn(row, [String(params['answer'] ?? 'answer')]);
  switch (rule.kind) {
    case 'math': {
      const { text, by } = extractAnswer(answer, 'refuse');
      return { prompt, answer, shown: text ?? answer, demonstration: by === 'none' ? `\\boxed{${answer}}` : answer };
    }
    case 'gsm8k':
      return { prompt, answer, shown: extractNumber(answer, 'last').text ?? answer, demonstration: answer };
    case 'exact':
      return { prompt, answer, shown: answer, demonstration: answer };
    case 'pattern':
      return { prompt, answer, shown: answer, demonstration: `Answer: ${answer}` };
    default:
      return rule satisfies never;
  }
}

export const definition: TaskDefinition = {
  name: 'dataset',
  label: 'Own data set',
  help: 'Problems and answers from a file of yours: JSON lines or Parquet. Needs a model that reads text.',
  params: [
    {
      key: 'problem',
      kind: 'text',
      label: 'Problem column',
      help: 'The column that is put to the model.',
      ...columnName,
      default: 'problem',
      acts: 'restart',
    },
    {
      key: 'answer',
      kind: 'text',
      label: 'Answer column',
      help: 'The column that answers are held against: a value, or a solution that concludes with it.',
      ...columnName,
      default: 'answer',
      acts: 'restart',
    },
    {
      key: 'grading',
      kind: 'choice',
      label: 'Graded',
      help: 'Mathematically: the value in the box, in any form. Numerically: the last number. Exactly: the whole text. By pattern: what a regular expression captures.',
      options: [
        { value: 'mathematically', label: 'Mathematically' },
        { value: 'numerically', label: 'Numerically' },
        { value: 'exactly', label: 'Exactly' },
        { value: 'pattern', label: 'By pattern' },
      ],
      default: 'mathematically',
      acts: 'restart',
    },
    {
      key: 'pattern',
      kind: 'text',
      label: 'Pattern',
      help: 'By pattern: a regular expression; what its first group captured last is the answer.',
      pattern: '^[^\\p{Cc}]{1,500}$',
      allowed: 'a regular expression of up to 500 characters',
      default: defaultPattern,
      acts: 'restart',
    },
    graderParam('mathematics'),
    unboxedParam,
    dataParam,
  ],
  data: { rows: 'a column of problems and one of answers', sources: [], evaluationOnly: false },
  alphabet: '',
  maxPromptTokens: 512,
  maxNewTokens: 512,
  listsAnswers: false,
  sampleRows: {
    train: [
      { problem: 'How many sides has a hexagon?', answer: '6' },
      { problem: 'How many legs have three cats?', answer: '12' },
    ],
    heldOut: [{ problem: 'How many days have two weeks?', answer: '14' }],
  },
  examples: [
    { prompt: 'How many days have two weeks?', answer: 'It is \\boxed{14}', reward: 1, reason: '14: same text' },
    {
      params: { grading: 'numerically' },
      prompt: 'How many days have two weeks?',
      answer: '2 * 7 = 14.',
      reward: 1,
      reason: '14: same text',
    },
    {
      params: { grading: 'exactly' },
      prompt: 'How many days have two weeks?',
      answer: '14 days',
      reward: 0,
      reason: '14 days, right is 14: different text',
    },
    {
      params: { grading: 'pattern' },
      prompt: 'How many days have two weeks?',
      answer: 'Two weeks are long. Answer: 14',
      reward: 1,
      reason: '14: same text',
    },
  ],
  create: (params, rows) => {
    const rule = ruleOf(params);
    return datasetTask(
      {
        name: 'dataset',
        rule,
        evaluationOnly: false,
        maxPromptTokens: 512,
        maxNewTokens: 512,
        read: (row) => readRow(row, params, rule),
      },
      rows,
    );
  },
};
