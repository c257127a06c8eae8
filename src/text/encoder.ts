/** Encoding and chat templates run regular expressions and templates of whoever made the model, which may run for ever: so they run in a
 * worker that is killed when it does not come back (`textWork.ts` is what it does). */
import { InputError } from '../lib/errors';
import { killable, type Port } from '../lib/killable';
import type { Result } from '../lib/result';

export interface TokenizerFiles {
  /** Texts of the two files, checked to be JSON within bounds. */
  readonly tokenizerJson: string;
  readonly tokenizerConfigJson: string | null;
}

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export type TextQuestion =
  /** Token ids of every text; special tokens that it spells are read as such. `begin`: with those that the tokenizer puts at the start of
   * a text (Llama's `<|begin_of_text|>`). */
  | { readonly kind: 'encode'; readonly texts: readonly string[]; readonly begin: boolean }
  /** Every chat by the model's own template, with the assistant's turn begun. */
  | { readonly kind: 'chat'; readonly chats: readonly (readonly ChatMessage[])[] };

/** What the worker is sent: each with the files, in case it is a new one. */
export interface TextRequest {
  /** Left out once the worker has them. */
  readonly files?: TokenizerFiles;
  readonly question: TextQuestion;
}

/** Ids of each text, or the rendered chats; a reason where the files or the template are none that can be used. */
export type TextReply = Result<
  | { readonly kind: 'encode'; readonly ids: readonly (readonly number[])[] }
  | { readonly kind: 'chat'; readonly texts: readonly string[] }
>;

/** A worker of the page or a thread of Node that answers text requests. */
export type TextPort = Port<TextRequest, TextReply>;

export interface TextEncoding {
  /** Both reject with `InputError`: of files that cannot be used, and where the worker does not answer in time. */
  encode(texts: readonly string[], begin: boolean): Promise<readonly (readonly number[])[]>;
  renderChats(chats: readonly (readonly ChatMessage[])[]): Promise<readonly string[]>;
  dispose(): void;
}

/** Starting includes loading the library and a tokenizer of a quarter million tokens. */
const startMs = 60_000;
/** For one request, beside its length. */
const deadlineMs = 20_000;
/** A thousandth of the speed of the slowest tokenizer that was measured (docs/text.md). */
const msPerCharacter = 0.05;
/** Texts per request: a whole batch of prompts at once, a whole data set in parts. */
const textsPerRequest = 1024;

export interface EncoderOptions {
  readonly spawn: () => TextPort;
  /** In place of those above: tests wait less. */
  readonly deadlinesMs?: { readonly start: number; readonly request: number };
}

/** `name`: of the model, for messages. The worker starts with the first question. */
export function createEncoder(
  name: string,
  files: TokenizerFiles,
  { spawn, deadlinesMs = { start: startMs, request: deadlineMs } }: EncoderOptions,
): TextEncoding {
  const worker = killable(() => withFiles(spawn(), files), deadlinesMs.start);
  let last: Promise<unknown> = Promise.resolve();

  async function askNow(question: TextQuestion, characters: number) {
    const reply = await worker.ask({ question }, deadlinesMs.request + characters * msPerCharacter);
    if (!reply.ok) {
      const seconds = Math.round(deadlinesMs.request / 1000);
      const given =
        reply.reason === 'deadline' ? `a tokenizer that does not answer within ${seconds} s` : 'its tokenizer';
      throw new InputError(name, given, 'a tokenizer.json and chat template that work: its worker was ended');
    }
    if (!reply.value.ok)
      throw new InputError(name, reply.value.reason, 'a tokenizer.json and a chat template that can be used');
    return reply.value.value;
  }

  /** One question at a time. */
  function ask(question: TextQuestion, characters: number): ReturnType<typeof askNow> {
    const answer = last.then(() => askNow(question, characters));
    last = answer.catch(() => undefined);
    return answer;
  }

  async function inParts<Item, Answer>(
    items: readonly Item[],
    one: (part: readonly Item[]) => Promise<readonly Answer[]>,
  ): Promise<readonly Answer[]> {
    const answers: Answer[] = [];
    for (let start = 0; start < items.length; start += textsPerRequest)
      answers.push(...(await one(items.slice(start, start + textsPerRequest))));
    return answers;
  }

  return {
    encode: (texts, begin) =>
      inParts(texts, async (part) => {
        const answer = await ask({ kind: 'encode', texts: part, begin }, lengthOf(part));
        return answer.kind === 'encode' ? answer.ids : [];
      }),
    renderChats: (chats) =>
      inParts(chats, async (part) => {
        const answer = await ask({ kind: 'chat', chats: part }, lengthOf(part.flat().map(({ content }) => content)));
        return answer.kind === 'chat' ? answer.texts : [];
      }),
    dispose: () => worker.dispose(),
  };
}

const lengthOf = (texts: readonly string[]): number => texts.reduce((total, text) => total + text.length, 0);

/** A port whose first request carries the files: a worker that took the place of a killed one knows none yet. */
function withFiles(port: TextPort, files: TokenizerFiles): TextPort {
  let sent = false;
  return {
    post: (request) => {
      port.post(sent ? request : { ...request, files });
      sent = true;
    },
    onReply: (listener) => port.onReply(listener),
    kill: () => port.kill(),
  };
}
