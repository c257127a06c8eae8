/** What our engine says of the oracle's mini-batches and of every preset, for the Python package to say the same. */
import { readFileSync } from 'node:fs';
import { createRng } from '../lib/rng';
import { at as entry } from '../lib/invariant';
import { mean } from '../lib/stats';
import { expectedTensors, oracleCases } from '../model/oracleFiles.fixture';
import { goldenExperiments, goldenMiniBatches, goldenMoment, goldenRollouts } from '../objective/golden.fixture';
import { rateRollouts, type ObjectiveRollout } from '../objective/rateRollouts';
import {
  objectiveAt,
  resolveObjective,
  type ObjectiveMoment,
  type ObjectiveSettings,
} from '../objective/resolveObjective';
import { klEstimate, probabilityRatio, surrogate } from '../objective/surrogate';
import { weighMiniBatch } from '../objective/weighMiniBatch';
import { schedules } from '../schedules/parts/registry';
import { mappings } from '../confidence/parts/registry';
import { taskDefinitions } from '../tasks/parts/registry';
import { equalTexts, grade, type GradeOptions } from '../verify/grade';
import { checkExpressible, frameworks, known } from './expressible';
import { initialScale } from './scale';
import { trlSettings } from './trlSettings';
import { verlConfig } from './verlConfig';

/** What the package computes; what is added to the registries is refused until it does. */
const isKnown = (kind: keyof typeof known, name: string): boolean => (known[kind] as readonly string[]).includes(name);
const knownSchedules = schedules.filter(({ kind }) => isKnown('schedules', kind));
const knownMappings = mappings.filter(({ kind }) => isKnown('mappings', kind));
/** Those on data sets are graded by the grader, which has cases of its own. */
const knownTasks = taskDefinitions.filter(({ name, data }) => isKnown('tasks', name) && data === undefined);
const knownExperiments = [...goldenExperiments].filter(([, { objective }]) =>
  isKnown('algorithms', objective.algorithm),
);

/** Per completion token of each rollout. */
type Rows = readonly ArrayLike<number>[];

interface CaseInput {
  readonly name: string;
  readonly settings: ObjectiveSettings;
  readonly moment: Omit<ObjectiveMoment, 'accuracy'>;
  readonly rollouts: readonly ObjectiveRollout[];
  readonly logp: Rows;
  readonly entropy: Rows;
  /** Groups of each mini-batch; null: all in one. */
  readonly miniBatches: readonly (readonly number[])[] | null;
}

const lists = (rows: Rows): number[][] => rows.map((row) => Array.from(row));

function describeCase({ name, settings, moment, rollouts, logp, entropy, miniBatches }: CaseInput): unknown {
  const accuracy = mean(rollouts.map(({ reward }) => reward));
  const at = objectiveAt(resolveObjective(settings), { ...moment, accuracy });
  const rated = rateRollouts(at, rollouts);
  const members = miniBatches ?? [[...new Set(rollouts.map(({ group }) => group))]];
  return {
    name,
    experiment: { ...settings, sampling: { maxNewTokens: settings.sampling.maxNewTokens } },
    step: moment.step,
    pastAccuracies: moment.pastAccuracies,
    groups: rollouts.map(({ group }) => group),
    rewards: rollouts.map(({ reward }) => reward),
    oldLogp: lists(rollouts.map(({ oldLogp }) => oldLogp)),
    refLogp: rollouts.every(({ refLogp }) => refLogp !== null) ? lists(rollouts.map((row) => row.refLogp ?? [])) : null,
    values: rollouts.every(({ values }) => values !== null) ? lists(rollouts.map((row) => row.values ?? [])) : null,
    logp: lists(logp),
    entropy: lists(entropy),
    expected: {
      coefficients: at.coefficients,
      advantage: lists(rated.map(({ advantage }) => advantage)),
      returns: rated.every(({ returns }) => returns !== null) ? lists(rated.map((row) => row.returns ?? [])) : null,
      confidence: rated.map(({ confidence }) => confidence),
      weight: rated.map(({ weight }) => weight),
      dropped: rated.map(({ dropped }) => dropped),
      miniBatches: members.map((groups) => {
        const indices = rated.flatMap(({ group }, index) => (groups.includes(group) ? [index] : []));
        const sequences = weighMiniBatch(
          at,
          indices.map((index) => entry(rated, index)),
        );
        let policy = 0;
        let entropyTerm = 0;
        let kl = 0;
        sequences.forEach((sequence, position) => {
          const index = entry(indices, position);
          sequence.oldLogp.forEach((old, token) => {
            const now = logp[index]?.[token] ?? 0;
            const { loss } = surrogate(sequence.advantage[token] ?? 0, probabilityRatio(now, old), at.loss);
            policy += (sequence.policyWeight[token] ?? 0) * loss;
            entropyTerm += (sequence.entropyWeight[token] ?? 0) * (entropy[index]?.[token] ?? 0);
            const reference = sequence.refLogp?.[token] ?? now;
            kl += (sequence.klWeight[token] ?? 0) * klEstimate(now, reference, at.loss.klEstimator);
          });
        });
        return {
          rows: indices,
          policyWeight: lists(sequences.map(({ policyWeight }) => policyWeight)),
          policy,
          entropy: entropyTerm,
          kl,
          loss: policy - entropyTerm + kl,
        };
      }),
    },
  };
}

function unpad(values: Float32Array, lengths: readonly number[]): number[][] {
  const longest = values.length / lengths.length;
  return lengths.map((length, row) => Array.from(values.subarray(row * longest, row * longest + length)));
}

/** The oracle's 17 mini-batches, with its log-probabilities and entropies. */
function fromOracle(): unknown[] {
  return oracleCases().map(({ name, experiment, moment, rollouts }) => {
    const expected = expectedTensors(name);
    const lengths = rollouts.map(({ completion }) => completion.length);
    const scored = (tensor: string) => unpad(expected.read(tensor), lengths);
    const [logp, entropy] = [scored('logp'), scored('entropy')];
    const described = describeCase({ name, settings: experiment, moment, rollouts, logp, entropy, miniBatches: null });
    const given = Object.fromEntries(
      ['policy_loss', 'loss'].map((tensor) => [tensor, expected.read(tensor)[0] ?? Number.NaN]),
    );
    return { ...(described as object), oracle: { ...given, advantage: scored('advantage') } };
  });
}

/** Every preset, on made-up rollouts that a policy has moved away from: ratios on both sides of the clip. */
function fromPresets(): unknown[] {
  const rng = createRng(15, 'python package');
  const rollouts = goldenRollouts().map(({ logp, ...rest }) => ({ ...rest, oldLogp: logp }));
  const logp = rollouts.map(({ oldLogp }) =>
    oldLogp.map((value) => Math.min(0, value + 0.8 * (rng.nextFloat() - 0.5))),
  );
  const entropy = rollouts.map(({ oldLogp }) => oldLogp.map(() => 2 * rng.nextFloat()));
  return knownExperiments.map(([name, settings]) =>
    describeCase({ name, settings, moment: goldenMoment, rollouts, logp, entropy, miniBatches: goldenMiniBatches }),
  );
}

/** Curves of every kind at many steps, from the registry's own examples. */
function curveCases() {
  const steps = [0, 1, 10, 35, 69, 70, 71, 105, 139, 140, 200];
  const drawn = {
    kind: 'piecewise',
    knots: [
      [0.05, 1, 'monotone'],
      [0.2, 1.4, 'monotone'],
      [0.3, 0.2, 'cosine'],
      [0.5, 0.9, 'exponential'],
      [0.7, 0.4, 'step'],
      [0.8, 2, 'linear'],
      [0.8, 1, 'monotone'],
      [1, 0, 'linear'],
    ],
  };
  const scheduleSpecs = [
    drawn,
    ...knownSchedules.flatMap(({ kind, examples }) => examples.map(({ params }) => ({ kind, ...params }))),
  ];
  const mappingSpecs = knownMappings.flatMap(({ kind, examples }) =>
    examples.map(({ params }) => ({ kind, ...params })),
  );
  const confidences = [0, 0.001, 0.05, 0.25, 0.49, 0.5, 0.75, 0.999, 1];
  const past = [0.1, 0.4, 0.9];
  return {
    schedules: scheduleSpecs.map((spec) => ({
      spec,
      accuracy: 0.3,
      pastAccuracies: past,
      values: steps.map((step) => [
        step,
        schedules
          .find(({ kind }) => kind === spec.kind)
          ?.evaluate(spec, { step, totalSteps: 140, accuracy: 0.3, pastAccuracies: past }),
      ]),
    })),
    mappings: mappingSpecs.map((spec) => ({
      spec,
      values: confidences.map((confidence) => [
        confidence,
        mappings.find(({ kind }) => kind === spec.kind)?.evaluate(spec, confidence),
      ]),
    })),
  };
}

/** Answers with their verdicts, from the tasks' own examples and from every pair of a held-out prompt and another's answer. */
function taskCases() {
  return knownTasks.flatMap(({ name, examples, create }) => {
    const given = examples.map(({ params = {}, prompt, answer }) => ({ task: name, params, prompt, answer }));
    const task = create({});
    const rng = createRng(15, 'python tasks', name);
    const some = rng.shuffle(task.heldOut.map((_, index) => index)).slice(0, 300);
    const answers = some.map((index) => task.demonstrate(entry(task.heldOut, index), rng));
    const drawn = some.flatMap((index, row) =>
      [row, (row + 1) % some.length].map((other) => ({
        task: name,
        params: {},
        prompt: entry(task.heldOut, index).prompt,
        answer: entry(answers, other),
      })),
    );
    return [...given, ...drawn].map((row) => {
      const verdict = (Object.keys(row.params).length === 0 ? task : create(row.params)).grade(
        { id: row.prompt, prompt: row.prompt },
        row.answer,
      );
      return { ...row, reward: verdict.reward, reason: verdict.reason };
    });
  });
}

const modes = ['mathematics', 'papers', 'text'] as const;

/** The grader's own pairs (fixtures/grader, src/verify's hard cases), each way round, with what our grader says. */
function graderCases() {
  const families = readFileSync('fixtures/grader/pairs.jsonl', 'utf8').trim().split('\n');
  const pairs = families.flatMap((line) => {
    const { answer, equal, unequal } = JSON.parse(line) as Record<string, unknown> & {
      readonly answer: string;
      readonly equal: readonly string[];
      readonly unequal: readonly string[];
    };
    return [...equal, ...unequal].map((response) => [answer, response] as const);
  });
  const compared = pairs.flatMap(([answer, response], index) => {
    const mode = modes[index % 10 === 0 ? 1 : index % 10 === 1 ? 2 : 0] ?? 'mathematics';
    return [
      { answer, response, mode, outcome: equalTexts(answer, response, mode) },
      { answer: response, response: answer, mode, outcome: equalTexts(response, answer, mode) },
    ];
  });
  const wrapped = pairs.flatMap(([answer, response], index) => {
    const texts = [
      `So we get \\boxed{${response}}.`,
      `First \\boxed{1}. Then \\boxed{${response}} and \\boxed{2}`,
      `The answer is ${response}.`,
      `We find $${response}$, or so.`,
      `3 apples and 4 pears\n#### ${response}`,
      `Answer: ${response}\nThat is all there is to say`,
    ];
    const options: GradeOptions = {
      kind: index % 6 === 4 ? 'gsm8k' : 'math',
      mode: 'mathematics',
      unboxed: (['last', 'phrase', 'refuse'] as const)[index % 3] ?? 'last',
    };
    const text = texts[index % 6] ?? response;
    return [{ answer, response: text, ...options, verdict: grade(answer, text, options) }];
  });
  return { compared, wrapped };
}

/** Configurations as they are exported, with what stands in them. */
function configurations() {
  return knownExperiments.flatMap(([name, experiment]) =>
    frameworks.flatMap((framework) => {
      try {
        checkExpressible(experiment, framework);
      } catch {
        return [];
      }
      const scale = initialScale(experiment, 9);
      const text = framework === 'verl' ? verlConfig(experiment, scale) : trlSettings(experiment, scale);
      return [{ name, framework, text, experiment }];
    }),
  );
}

export const pythonCases = () => ({
  configurations: configurations(),
  grader: graderCases(),
  oracle: fromOracle(),
  presets: fromPresets(),
  ...curveCases(),
  tasks: taskCases(),
});
