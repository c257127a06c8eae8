/** A toy run for the trainer's tests: answers of two letters, several of them right, learnt by the tabular policy in a second. */
import { defaultExperiment, parseExperiment } from '../experiment/parseExperiment';
import type { Experiment } from '../experiment/types';
import type { Problem, Task } from '../tasks/parts/types';
import { buildCatalogue } from './catalogue';
import type { Critic } from '../model/critic';
import { spellingCodec } from './spellingCodec.fixture';
import { createTabularPolicy, type TabularPolicy } from './tabularPolicy.fixture';
import { createTrainer, type Trainer, type TrainerEvent, type TrainerOptions } from './train';

const catalogue = buildCatalogue();

const alphabet = 'abcd';
/** Ids 1 to 4 are letters, 0 is EOS; prompts use capital letters above them. */
export const toySpell = (text: string): number[] =>
  Array.from(text, (character) =>
    alphabet.includes(character) ? 1 + alphabet.indexOf(character) : character.charCodeAt(0),
  );
export const toyCodec = spellingCodec(toySpell, (ids) => ids.map((id) => alphabet[id - 1] ?? '').join(''));

/** Right answers by the prompt's first letter. */
const right: Readonly<Record<string, readonly string[]>> = { A: ['ab', 'ba', 'cc'], B: ['aa', 'dd'] };

const problems = (digits: string): Problem[] =>
  Array.from(digits).flatMap((digit) => ['A', 'B'].map((letter) => ({ id: letter + digit, prompt: letter + digit })));

export const toyTask: Task = {
  name: 'toy',
  alphabet,
  maxPromptTokens: 2,
  maxNewTokens: 3,
  train: problems('012345'),
  heldOut: problems('6789'),
  grade({ prompt }, completion) {
    const isRight = right[prompt[0] ?? '']?.includes(completion) === true;
    const wellFormed = completion.length === 2;
    return { reward: isRight ? 1 : 0, wellFormed, reason: completion, canonical: isRight ? completion : null };
  },
  rightAnswers: ({ prompt }) => right[prompt[0] ?? ''] ?? [],
  demonstrate: ({ prompt }) => right[prompt[0] ?? '']?.[0] ?? '',
};

export function toyExperiment(change: (experiment: Experiment) => Experiment = (experiment) => experiment): Experiment {
  const toy: Experiment = {
    ...defaultExperiment,
    sampling: { ...defaultExperiment.sampling, maxNewTokens: 3 },
    batch: { promptsPerStep: 8, groupSize: 8, updatesPerRollout: 4, innerEpochs: 1 },
    optimizer: { ...defaultExperiment.optimizer, learningRate: 0.05 },
    evaluation: { ...defaultExperiment.evaluation, every: 4, problems: 8, samples: 8 },
    steps: 8,
  };
  return parseExperiment(JSON.parse(JSON.stringify(change(toy))), catalogue);
}

export interface ToyRun {
  readonly trainer: Trainer;
  readonly policy: TabularPolicy;
  readonly events: TrainerEvent[];
}

export function toyRun(
  experiment: Experiment,
  options: Partial<TrainerOptions> = {},
  policy = createTabularPolicy(5, [0.5]),
): ToyRun {
  const events: TrainerEvent[] = [];
  const trainer = createTrainer({
    experiment,
    catalogue,
    policy,
    task: toyTask,
    codec: toyCodec,
    reference: async () => createTabularPolicy(5, [0.5]),
    critic: null,
    clock: () => 0,
    emit: (event) => void events.push(event),
    ...options,
  });
  return { trainer, policy, events };
}

/** Rows without what never repeats. */
export function rowsOf(events: readonly TrainerEvent[]): unknown[] {
  return events.flatMap((event) => (event.type === 'step' || event.type === 'evaluation' ? [event.row] : []));
}

/** A critic that learns one value for every token. */
export function createConstantCritic(): Critic & { value(): number } {
  let value = 0;
  return {
    value: () => value,
    values: async (sequences) => sequences.map(({ completion }) => new Float32Array(completion.length).fill(value)),
    async update(batch, _clip, { learningRate }) {
      let loss = 0;
      let gradient = 0;
      for (const { target, weight } of batch)
        target.forEach((wanted, token) => {
          loss += ((weight[token] ?? 0) * (value - wanted) ** 2) / 2;
          gradient += (weight[token] ?? 0) * (value - wanted);
        });
      value = Math.fround(value - learningRate * gradient);
      return { loss, gradNorm: Math.abs(gradient), skipped: false };
    },
    save: async () => ({
      optimizerStep: 0,
      parameters: [{ name: 'value', shape: [1], data: Float32Array.of(value) }],
      firstMoments: [],
      secondMoments: [],
    }),
    load: async ({ parameters }) => {
      value = parameters[0]?.data[0] ?? 0;
    },
    dispose() {},
  };
}
