import { describe, expect, it } from 'vitest';
import { createRng } from '../../src/lib/rng.ts';
import { loadTokenizer } from '../../src/model/tokenizer.ts';
import { directPort } from '../../src/text/directPort.fixture.ts';
import { createTask, taskDefinitions } from '../../src/tasks/parts/registry.ts';
import { encodeBytePairs, trainBytePairs } from './byteLevelBpe.ts';
import { tokenizerFiles } from './tokenizerFiles.ts';
import { wordProblemTokenizer } from './wordProblemTokenizer.ts';

const pairs = wordProblemTokenizer();
const files = tokenizerFiles(pairs, 128);
const load = () =>
  loadTokenizer(files.get('tokenizer.json') ?? '', files.get('tokenizer_config.json') ?? null, directPort);

describe('training', () => {
  it('merges the most frequent pair first, the first by its texts where two are as frequent', () => {
    const { merges, vocabulary } = trainBytePairs(['ab ab ab', 'cd cd', 'ef ef', 'x'], 259);
    expect(merges).toEqual([
      ['a', 'b'],
      ['c', 'd'],
      ['e', 'f'],
    ]);
    expect(vocabulary.get('cd')).toBe(257);
  });

  it('ends where no pair occurs twice', () => {
    expect(trainBytePairs(['abc'], 1000).merges).toEqual([]);
  });

  it('does not depend on the order of the texts', () => {
    const texts = ['Tom has 3 apples.\n', 'Ben has 3 apples.\n', 'Tom finds 5 apples.\n'];
    expect(trainBytePairs([...texts].reverse(), 300)).toEqual(trainBytePairs(texts, 300));
  });
});

describe('the word problems’ tokenizer', () => {
  it('is read by Hugging Face’s implementation, which gives the same ids and the text back', async () => {
    const tokenizer = load();
    expect(tokenizer.vocabularySize).toBe(pairs.vocabulary.size + 1);
    expect(tokenizer.eosTokenId).toBe(pairs.vocabulary.size);
    const task = createTask('wordProblems', { steps: '1-3', largest: 20 });
    const rng = createRng(5);
    const problems = task.heldOut.filter((_, index) => index % 199 === 0);
    const awkward = [
      '',
      ' ',
      '  two  spaces ',
      'Tom\n\n\nBen\r\n',
      '\t\u00a0 x',
      '0123456789',
      "I'm they'll WE'VE",
      '3*12=36;####',
      'naïve – “Zürich” 日本語 😀👩‍👩‍👧',
      'ﬁ é Å',
      'x'.repeat(300),
    ];
    for (const text of [...awkward, ...problems.map((one) => one.prompt + task.demonstrate(one, rng))]) {
      // The normalizer's NFC is not the encoder's work.
      const normal = text.normalize('NFC');
      expect(await tokenizer.encode([text]), text).toEqual([encodeBytePairs(pairs, normal)]);
      expect(tokenizer.decode(encodeBytePairs(pairs, normal)), text).toBe(normal);
    }
  });

  it('has digits one by one and names as one token', () => {
    const texts = (text: string) => encodeBytePairs(pairs, text).length;
    expect(texts('2026')).toBe(4);
    expect(texts('Tom has')).toBe(2);
  });

  it('keeps problems and worked answers of every variant within the lengths that the task says', () => {
    const definition = taskDefinitions.find(({ name }) => name === 'wordProblems');
    const rng = createRng(7);
    for (const steps of [2, '1-3'])
      for (const largest of [6, 20]) {
        const task = createTask('wordProblems', { steps, largest });
        for (const problem of task.train.filter((_, index) => index % 41 === 0)) {
          expect(encodeBytePairs(pairs, problem.prompt).length).toBeLessThanOrEqual(definition?.maxPromptTokens ?? 0);
          const answer = task.demonstrate(problem, rng);
          expect(encodeBytePairs(pairs, answer).length + 1).toBeLessThanOrEqual(definition?.maxNewTokens ?? 0);
        }
      }
  });
});
