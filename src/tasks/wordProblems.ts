/**
 * Word problems in GSM8K's manner (Cobbe et al. 2021, arXiv 2110.14168), generated: a short story with numbers in it, answered
 * by a line per step and `#### 36`. The first task with a chain of thought. Its texts are for a tokenizer with words as tokens.
 * Graded as GSM8K is: by the number behind the last `####`, however it came about. Held out: a fifth of the multisets of numbers
 * that a problem gives, so that no held-out combination of numbers is seen in training, in whatever story and order.
 */
import { InputError } from '../lib/errors';
import { grade as gradeNumber } from '../verify/grade';
import { splitHeldOut } from './parts/split';
import type { Grade, TaskDefinition } from './parts/types';
import { demonstrate, resultOf } from './parts/wordProblems/demonstration';
import { problemGroups } from './parts/wordProblems/problems';
import { read } from './parts/wordProblems/wording';

const heldOutShare = 0.2;

/** Of the parameter `steps`: fewest and most. */
const stepRanges = new Map<unknown, readonly [number, number]>([
  [1, [1, 1]],
  [2, [2, 2]],
  [3, [3, 3]],
  ['1-2', [1, 2]],
  ['2-3', [2, 3]],
  ['1-3', [1, 3]],
]);
const largestNumbers: readonly unknown[] = [6, 10, 20];

/** Of the tokenizer in scripts/models/wordProblems. The longest are of 44 and 54 tokens. */
const maxPromptTokens = 64;
const maxNewTokens = 64;

function grade(prompt: string, completion: string): Grade {
  const right = resultOf(read(prompt));
  const malformed = (reason: string): Grade => ({ reward: 0, wellFormed: false, reason, canonical: null });
  if (!completion.includes('####')) return malformed(completion === '' ? 'no answer' : 'no #### with a number');
  const verdict = gradeNumber(String(right), completion, { kind: 'gsm8k', mode: 'mathematics', unboxed: 'refuse' });
  const { extracted, correct } = verdict;
  if (extracted === null) return malformed('no number behind ####');
  if (!correct) return { ...malformed(`#### ${extracted}, right is ${right}`), wellFormed: true };
  return { reward: 1, wellFormed: true, reason: `#### ${extracted} is right`, canonical: derivation(completion) };
}

/** What tells one right answer from another: its calculations in their order, not the words around them. */
function derivation(completion: string): string {
  const equations = completion.match(/\d{1,9} ?[-+*/] ?\d{1,9} ?= ?\d{1,9}/g) ?? [];
  return equations.map((equation) => equation.replaceAll(' ', '')).join(', ') || 'no calculation';
}

const prompt = 'Kate has 2 crates with 4 nuts each. Paul has 3 times as many. How many nuts does Paul have?\n';

export const definition: TaskDefinition = {
  name: 'wordProblems',
  label: 'Word problems',
  help: 'Short stories with numbers, answered step by step. Only the number behind #### counts.',
  params: [
    {
      key: 'steps',
      label: 'Calculations',
      help: 'How many calculations a problem takes.',
      kind: 'choice',
      options: [
        { value: 1, label: 'One' },
        { value: 2, label: 'Two' },
        { value: 3, label: 'Three' },
        { value: '1-2', label: 'One or two' },
        { value: '2-3', label: 'Two or three' },
        { value: '1-3', label: 'One to three' },
      ],
      default: 2,
      acts: 'restart',
    },
    {
      key: 'largest',
      label: 'Largest number',
      help: 'Largest number that a problem gives. No result is above its square.',
      kind: 'choice',
      options: [
        { value: 6, label: '6' },
        { value: 10, label: '10' },
        { value: 20, label: '20' },
      ],
      default: 10,
      acts: 'restart',
    },
  ],
  alphabet: '',
  maxPromptTokens,
  maxNewTokens,
  listsAnswers: false,
  examples: [
    { prompt, answer: 'Kate has 2*4=8 nuts.\nPaul has 3*8=24 nuts.\n#### 24', reward: 1, reason: '#### 24 is right' },
    { prompt, answer: 'That is 4*2=8 nuts.\nSo Paul has 8*3=24.\n#### 24 nuts', reward: 1, reason: '#### 24 is right' },
    { prompt, answer: '#### 24', reward: 1, reason: '#### 24 is right' },
    {
      prompt,
      answer: 'Kate has 2*4=8 nuts.\nPaul has 3*8=26 nuts.\n#### 26',
      reward: 0,
      reason: '#### 26, right is 24',
    },
    { prompt, answer: 'Kate has 2*4=8 nuts.\nSo Paul has 3*8=24.', reward: 0, reason: 'no #### with a number' },
    { prompt, answer: 'Kate has 2*4=8 nuts.\n####', reward: 0, reason: 'no number behind ####' },
    { prompt, answer: '', reward: 0, reason: 'no answer' },
  ],
  create(params) {
    const { steps = 2, largest = 10 } = params;
    const range = stepRanges.get(steps);
    if (range === undefined) throw new InputError('task.params.steps', steps, [...stepRanges.keys()].join(' | '));
    if (typeof largest !== 'number' || !largestNumbers.includes(largest))
      throw new InputError('task.params.largest', largest, largestNumbers.join(' | '));
    const [fewestSteps, mostSteps] = range;
    const groups = problemGroups({ fewestSteps, mostSteps, largest }).filter((problems) => problems.length > 0);
    const { train, heldOut } = splitHeldOut(groups, heldOutShare, 'word problems');
    return {
      name: 'wordProblems',
      alphabet: '',
      maxPromptTokens,
      maxNewTokens,
      train: train.flat(),
      heldOut: heldOut.flat(),
      grade: ({ prompt }, completion) => grade(prompt, completion),
      demonstrate: ({ prompt }, rng) => demonstrate(read(prompt), rng),
    };
  },
};
