import type { TaskEntry } from '../../experiment/catalogue';
import type { ScalarValue } from '../../experiment/paramSpec';
import type { Rng } from '../../lib/rng';
import type { AnswerRule } from '../../verify/rules';
import type { Verdict } from '../../verify/grade';

/** One prompt with what its verifier needs. */
export interface Problem {
  /** Stable within task and params, so that runs can be paired by problem. */
  readonly id: string;
  readonly prompt: string;
}

export interface Grade {
  readonly reward: 0 | 1;
  /** The answer has the form that the task asks for (an expression, a number), right or not: tells wrong from malformed. */
  readonly wellFormed: boolean;
  /** Verdict in words, for the rollout inspector: "4*3+5-2 = 15, target 17". */
  readonly reason: string;
  /** Canonical form of a right answer (to count distinct right answers), null when wrong. */
  readonly canonical: string | null;
}

export interface VerdictGrading {
  readonly rule: AnswerRule;
  /** What the response is held against. */
  answerOf(problem: Problem): string;
  gradeOf(problem: Problem, verdict: Verdict): Grade;
}

/** One row of a data set, its columns by name; numbers as text. */
export type DatasetRow = Readonly<Record<string, string>>;

/** What a task with `data` is made of. Without held-out rows some of the train rows are held out. */
export interface TaskRows {
  readonly train: readonly DatasetRow[];
  readonly heldOut: readonly DatasetRow[];
}

/** A verifiable task: seeded, disjoint train and held-out problems, an exact verifier. Pure. */
export interface Task {
  readonly name: string;
  /** All characters the tokenizer of a base model for this task must have, in id order after EOS; empty: any text, and lengths in
   * tokens of the model that ships for it. */
  readonly alphabet: string;
  readonly maxPromptTokens: number;
  /** Longest right answer, tokens, EOS included. */
  readonly maxNewTokens: number;
  readonly train: readonly Problem[];
  readonly heldOut: readonly Problem[];
  grade(problem: Problem, completion: string): Grade;
  /** The same grading in three parts, so that the middle one can run where it can be killed (`src/verify/rules.ts`). Absent where
   * `grade` is a few lines that cannot hang. */
  readonly verdicts?: VerdictGrading;
  /** Every text that `grade` calls right, each once, in a fixed order: then the probability of being right is a sum. Absent where
   * a problem's right answers cannot be listed. */
  rightAnswers?(problem: Problem): readonly string[];
  /** A right answer, drawn at random, for supervised warm-up. */
  demonstrate(problem: Problem, rng: Rng): string;
}

/** An answer with its verdict (tested, and shown in docs/catalogue.md). */
export interface TaskExample {
  /** Left out: the defaults. */
  readonly params?: Readonly<Record<string, ScalarValue>>;
  readonly prompt: string;
  readonly answer: string;
  readonly reward: Grade['reward'];
  readonly reason: string;
}

/** One file of this folder: a family of tasks by its parameters. `name` is the stem of its file. */
export interface TaskDefinition extends TaskEntry {
  /** Right answers and wrong ones, each wrong in another way. */
  readonly examples: readonly TaskExample[];
  /** Deterministic: the same parameters give the same problems and the same split, on every machine. Throws `InputError` on bad
   * parameters, and where rows are needed and none or bad ones are given. */
  create(params: Readonly<Record<string, ScalarValue>>, rows?: TaskRows): Task;
  /** Of a task with `data`: rows made up by us, for tests and examples. */
  readonly sampleRows?: TaskRows;
}
