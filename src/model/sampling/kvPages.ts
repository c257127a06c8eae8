/** Which pages of a KV cache belong to whom during a rollout: the prompts' tokens lie at its start, each sequence takes pages as
 * it grows and gives them back when it ends. Says how many pages there must be; the cache follows (`DecodePlan.reserve`). */
import { at } from '../../lib/invariant';

/** Tokens of a page: few, since most answers here are short. */
export const pageTokens = 16;

export const pagesFor = (tokens: number): number => Math.ceil(tokens / pageTokens);

/** Slots of a cache that holds these prompts and answers of this length, all at once. */
export function worstSlots(promptTokens: number, sequences: number, newTokens: number): number {
  return (pagesFor(promptTokens) + sequences * pagesFor(newTokens)) * pageTokens;
}

export class KvPages {
  /** [sequences, pagesEach]: numbers of the pages of each sequence, in the order of its tokens. */
  readonly table: Uint32Array<ArrayBuffer>;
  readonly pagesEach: number;
  private readonly taken: number[];
  private readonly free: number[] = [];
  private pages: number;

  constructor(promptTokens: number, sequences: number, newTokens: number) {
    this.pagesEach = pagesFor(newTokens);
    this.table = new Uint32Array(sequences * this.pagesEach);
    this.taken = new Array<number>(sequences).fill(0);
    this.pages = pagesFor(promptTokens);
  }

  /** Slots that the cache must have by now. */
  get slots(): number {
    return this.pages * pageTokens;
  }

  /** Pages for the first `tokens` tokens of each of these sequences. */
  extend(sequences: Iterable<number>, tokens: number): void {
    for (const sequence of sequences) {
      for (let page = at(this.taken, sequence); page < pagesFor(tokens); page++) {
        this.table[sequence * this.pagesEach + page] = this.free.pop() ?? this.pages++;
        this.taken[sequence] = page + 1;
      }
    }
  }

  /** Takes back the pages of a sequence that has ended; a second time does nothing. */
  release(sequence: number): void {
    const first = sequence * this.pagesEach;
    this.free.push(...this.table.subarray(first, first + at(this.taken, sequence)));
    this.taken[sequence] = 0;
  }
}
