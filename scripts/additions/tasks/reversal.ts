/** An addition for tests: the same digits from behind. Any shipped model can read it, none was made for it. */
import { splitHeldOut } from './parts/split';
import type { Problem, TaskDefinition } from './parts/types';

const rightAnswer = ({ prompt }: Problem): string => Array.from(prompt.slice(0, -1)).reverse().join('');

export const definition: TaskDefinition = {
  name: 'reversal',
  label: 'Reversal',
  help: 'Write the digits from behind.',
  params: [
    {
      key: 'digits',
      label: 'Digits',
      help: 'How many digits are given.',
      kind: 'choice',
      options: [
        { value: 2, label: 'Two' },
        { value: 3, label: 'Three' },
      ],
      default: 3,
      acts: 'restart',
    },
  ],
  alphabet: '0123456789:',
  maxPromptTokens: 4,
  maxNewTokens: 4,
  listsAnswers: true,
  examples: [
    { prompt: '123:', answer: '321', reward: 1, reason: '321' },
    { prompt: '123:', answer: '123', reward: 0, reason: '123, right is 321' },
    { params: { digits: 2 }, prompt: '40:', answer: '04', reward: 1, reason: '04' },
  ],
  create(params) {
    const digits = Number(params['digits'] ?? 3);
    const problems = Array.from({ length: 10 ** digits }, (_, index): Problem => {
      const prompt = `${String(index).padStart(digits, '0')}:`;
      return { id: prompt, prompt };
    });
    return {
      name: 'reversal',
      alphabet: definition.alphabet,
      maxPromptTokens: digits + 1,
      maxNewTokens: digits + 1,
      ...splitHeldOut(problems, 0.2, `reversal${digits}`),
      grade(problem, completion) {
        const right = rightAnswer(problem);
        const wellFormed = /^\d+$/.test(completion);
        return completion === right
          ? { reward: 1, wellFormed, reason: right, canonical: right }
          : { reward: 0, wellFormed, reason: `${completion}, right is ${right}`, canonical: null };
      },
      rightAnswers: (problem) => [rightAnswer(problem)],
      demonstrate: rightAnswer,
    };
  },
};
