/**
 * Two-digit addition: `34+58:` -> `92`, one right answer, written without leading zeros. 10,000 prompts (00 to 99 each side),
 * a fifth of them held out at random. The contrast to Countdown: with one right answer there is no diversity to lose.
 */
import { InputError } from '../lib/errors';
import { arithmeticAlphabet } from './parts/alphabet';
import { splitHeldOut } from './parts/split';
import type { Problem, TaskDefinition } from './parts/types';

const operands = 100;
const heldOutShare = 0.2;
const twoDigits = (value: number) => String(value).padStart(2, '0');

function allProblems(): Problem[] {
  return Array.from({ length: operands * operands }, (_, index) => {
    const prompt = `${twoDigits(Math.floor(index / operands))}+${twoDigits(index % operands)}:`;
    return { id: prompt, prompt };
  });
}

function rightAnswer(prompt: string): string {
  const match = /^(\d\d)\+(\d\d):$/.exec(prompt);
  if (match === null) throw new InputError('prompt', prompt, 'two two-digit numbers such as 34+58:');
  return String(Number(match[1]) + Number(match[2]));
}

export const definition: TaskDefinition = {
  name: 'addition',
  label: 'Two-digit addition',
  help: 'Add two numbers from 00 to 99. Every prompt has one right answer.',
  params: [],
  alphabet: arithmeticAlphabet,
  maxPromptTokens: 6,
  maxNewTokens: 4,
  listsAnswers: true,
  examples: [
    { prompt: '34+58:', answer: '92', reward: 1, reason: '34+58 = 92' },
    { prompt: '34+58:', answer: '092', reward: 0, reason: '092, right is 92' },
    { prompt: '34+58:', answer: '93', reward: 0, reason: '93, right is 92' },
    { prompt: '34+58:', answer: '9+', reward: 0, reason: 'not a number' },
    { prompt: '34+58:', answer: '', reward: 0, reason: 'no answer' },
  ],
  create() {
    const { train, heldOut } = splitHeldOut(allProblems(), heldOutShare, 'addition');
    return {
      name: 'addition',
      alphabet: arithmeticAlphabet,
      maxPromptTokens: 6,
      maxNewTokens: 4,
      train,
      heldOut,
      grade: ({ prompt }, completion) => {
        const right = rightAnswer(prompt);
        if (completion === right)
          return { reward: 1, wellFormed: true, reason: `${prompt.slice(0, -1)} = ${right}`, canonical: right };
        const wellFormed = /^\d+$/.test(completion);
        const reason = wellFormed ? `${completion}, right is ${right}` : 'not a number';
        return { reward: 0, wellFormed, reason: completion === '' ? 'no answer' : reason, canonical: null };
      },
      rightAnswers: ({ prompt }) => [rightAnswer(prompt)],
      demonstrate: ({ prompt }) => rightAnswer(prompt),
    };
  },
};
