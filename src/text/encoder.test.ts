import { describe, expect, it } from 'vitest';
import { directPort } from './directPort.fixture';
import { createEncoder, type TextPort } from './encoder';
import { llamaLike, qwenLike } from './tokenizers.fixture';

/** A worker that answers nothing. */
const deaf = (): TextPort => ({ post: () => undefined, onReply: () => undefined, kill: () => undefined });
const quick = { start: 20, request: 20 };

describe('a text worker', () => {
  it('that does not answer is ended, with the words for it, and the next question gets a new one with the files', async () => {
    let spawned = 0;
    const spawn = () => (spawned++ === 0 ? deaf() : directPort());
    const encoder = createEncoder('Org/model', qwenLike(), { spawn, deadlinesMs: quick });
    await expect(encoder.encode(['a'], false)).rejects.toThrow(/^Org\/model: "a tokenizer that does not answer/);
    expect(await encoder.encode(['12'], false)).toEqual([[49, 50]]);
    expect(spawned).toBe(2);
  });

  it('answers a question of many texts in parts, in order, and several questions one after the other', async () => {
    const posted: number[] = [];
    const spawn = (): TextPort => {
      const port = directPort();
      return {
        ...port,
        post: (request) => {
          posted.push(request.question.kind === 'encode' ? request.question.texts.length : -1);
          port.post(request);
        },
      };
    };
    const encoder = createEncoder('a', qwenLike(), { spawn });
    const texts = Array.from({ length: 1500 }, (_, index) => String.fromCharCode(33 + (index % 90)));
    const [many, few] = await Promise.all([encoder.encode(texts, false), encoder.encode(['!'], false)]);
    expect(many.map(([id]) => id)).toEqual(texts.map((text) => text.charCodeAt(0)));
    expect(few).toEqual([[33]]);
    expect(posted).toEqual([1024, 1, 476]);
  });

  it.each([
    ['a tokenizer that is none', { tokenizerJson: '{"model":{"type":"Nonsense"}}', tokenizerConfigJson: null }],
    ['no chat template', { ...llamaLike(), tokenizerConfigJson: '{}' }],
    ['a template that fails', { ...qwenLike(), tokenizerConfigJson: '{"chat_template":"{{ raise_exception(1) }}"}' }],
    ['a template that is none', { ...qwenLike(), tokenizerConfigJson: '{"chat_template":"{% for"}' }],
  ])('refuses %s by a message of one line', async (_, files) => {
    const encoder = createEncoder('a', files, { spawn: directPort });
    const refused = encoder.renderChats([[{ role: 'user', content: 'x' }]]);
    await expect(refused).rejects.toThrow(/^a: "[^\n]+ is not allowed; allowed: [^\n]+$/);
  });
});
