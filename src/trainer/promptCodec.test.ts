import { describe, expect, it } from 'vitest';
import type { PromptSpec } from '../experiment/types';
import { loadTokenizer } from '../model/tokenizer';
import { directPort } from '../text/directPort.fixture';
import { llamaLike, qwenLike } from '../text/tokenizers.fixture';
import { fitPrompts } from './fitPrompts';
import { formatEnds, plainPrompts, promptCodec } from './promptCodec';
import { toyTask } from './toyRun.fixture';

const qwen = (() => {
  const { tokenizerJson, tokenizerConfigJson } = qwenLike();
  return loadTokenizer(tokenizerJson, tokenizerConfigJson, directPort);
})();
const llama = (() => {
  const { tokenizerJson, tokenizerConfigJson } = llamaLike();
  return loadTokenizer(tokenizerJson, tokenizerConfigJson, directPort);
})();
const written = async (tokenizer: typeof qwen, prompt: PromptSpec, problem = '1 + 1?') => {
  const [ids = []] = await promptCodec(tokenizer, prompt).encodePrompts([problem]);
  return ids.map((id) => tokenizer.tokenText(id)).join('');
};
const boxed = 'Please reason step by step, and put your final answer within \\boxed{}.';
const chatMl = `<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n1 + 1? ${boxed}<|im_end|>\n<|im_start|>assistant\n`;

describe('a prompt', () => {
  it.each([
    ['plain', plainPrompts, '1 + 1?'],
    ['plain with an instruction', { ...plainPrompts, instruction: 'Be brief.' }, '1 + 1? Be brief.'],
    ['plain with the answer in a box', { ...plainPrompts, format: 'boxed' }, `1 + 1? ${boxed}`],
    ['as the papers asked Qwen2.5-Math', { ...plainPrompts, format: 'qwen-math' }, chatMl],
    ['as the papers asked Qwen3', { ...plainPrompts, format: 'qwen3' }, `${chatMl}<think>\n\n</think>\n\n`],
    [
      'by the chat template',
      { format: 'chat', instruction: 'Think.', system: 'Be brief.' },
      '<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n1 + 1? Think.<|im_end|>\n<|im_start|>assistant\n',
    ],
  ] as const)('is put %s', async (_, prompt, text) => {
    expect(await written(qwen, prompt)).toBe(text);
  });

  it('in plain text begins as the tokenizer begins a text, once', async () => {
    expect(await written(llama, plainPrompts)).toBe('<|begin_of_text|>1 + 1?');
    expect(await written(llama, { ...plainPrompts, format: 'chat' })).toMatch(
      /^<\|begin_of_text\|><\|start_header_id\|>user/,
    );
  });

  it('in a format whose tokens the model lacks is refused', () => {
    expect(() => promptCodec(llama, { ...plainPrompts, format: 'qwen3' })).toThrow('its tokenizer has no <|im_start|>');
  });

  it('in ChatML may be answered up to the end of the turn', () => {
    expect(formatEnds(qwen, { ...plainPrompts, format: 'qwen3' })).toEqual([qwen.idOf('<|im_end|>')]);
    expect(formatEnds(qwen, plainPrompts)).toEqual([]);
  });

  it('that passes the context is left out, and the others are encoded once', async () => {
    const asked: string[][] = [];
    const codec = promptCodec(
      { ...qwen, encode: (texts, begin) => (asked.push([...texts]), qwen.encode(texts, begin)) },
      plainPrompts,
    );
    const train = ['a', 'bb', 'ccc'].map((prompt) => ({ id: prompt, prompt }));
    const fitted = await fitPrompts({ ...toyTask, train, heldOut: train.slice(0, 1) }, codec, 2);
    expect(fitted.task.train.map(({ prompt }) => prompt)).toEqual(['a', 'bb']);
    expect(fitted.leftOut).toBe(1);
    expect(await fitted.codec.encodePrompts(['bb', 'x', 'bb'])).toEqual(
      [[98, 98], [120], [98, 98]].map((codes) => codes.map((code) => qwen.idOf(String.fromCharCode(code)))),
    );
    expect(asked).toEqual([['a', 'bb', 'ccc', 'a'], ['x']]);
  });
});
