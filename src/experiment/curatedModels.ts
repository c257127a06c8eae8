/** Models of the hub that the engine computes and that are worth a try, smallest first. */
export interface CuratedModel {
  readonly repo: string;
  /** One line. */
  readonly about: string;
  /** Of the files that an import takes: those of the weights as published, with `GB` = 10^9 bytes. */
  readonly gigabytes: number;
  /** What it takes to train it here at all; empty: a graphics card of 4 GB. */
  readonly needs: string;
}

export const curatedModels: readonly CuratedModel[] = [
  {
    repo: 'HuggingFaceTB/SmolLM2-135M',
    about: 'The smallest that writes sentences; all weights can train.',
    gigabytes: 0.27,
    needs: '',
  },
  {
    repo: 'HuggingFaceTB/SmolLM2-135M-Instruct',
    about: 'The same, tuned to follow instructions.',
    gigabytes: 0.27,
    needs: '',
  },
  { repo: 'Qwen/Qwen2.5-0.5B', about: 'Does sums in words; the least for GSM8K.', gigabytes: 0.99, needs: '' },
  { repo: 'Qwen/Qwen2.5-0.5B-Instruct', about: 'The same, tuned to chat.', gigabytes: 0.99, needs: '' },
  { repo: 'Qwen/Qwen3-0.6B', about: 'Thinks before it answers: give it long answers.', gigabytes: 1.5, needs: '' },
  {
    repo: 'Qwen/Qwen2.5-Math-1.5B',
    about: 'Made for mathematics, as in the papers at a smaller size.',
    gigabytes: 3.1,
    needs: 'a graphics card of 8 GB',
  },
  {
    repo: 'Qwen/Qwen3-4B',
    about: 'The larger of the papers’ two families.',
    gigabytes: 8.1,
    needs: 'a graphics card of 16 GB, and disk for 8 GB',
  },
  {
    repo: 'Qwen/Qwen2.5-Math-7B',
    about: 'The papers’ own model.',
    gigabytes: 15.2,
    needs: 'a graphics card of 24 GB, and disk for 15 GB',
  },
];
