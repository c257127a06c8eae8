/** Plays plausible frames so that the page can be looked at without an engine. For development and layout tests only; never part of the build. */
import { applyEdits } from '../experiment/edits';
import type { Experiment, ExperimentEdit } from '../experiment/types';
import { evaluateSchedule } from '../schedules/registry';
import type { Event, Request, Sample, StatusFrame } from './protocol';
import type { EvaluationRow, MetricsRow } from './rows';

const scope = self as unknown as {
  postMessage(event: Event): void;
  onmessage: ((event: { data: Request }) => void) | null;
};
const ROLLOUT_MS = 220;

let runId = '';
let experiment: Experiment | null = null;
let step = 0;
let running = false;
let single = false;
let timer: ReturnType<typeof setTimeout> | undefined;
let pass1 = 0.21;
let entropy = 0.48;
let seed = 1;

function random(): number {
  seed = (seed * 1664525 + 1013904223) % 4294967296;
  return seed / 4294967296;
}

function status(phase: StatusFrame['phase'], extra: Partial<StatusFrame> = {}): void {
  const total = experiment?.steps ?? 0;
  scope.postMessage({
    type: 'status',
    runId,
    status: {
      phase,
      step,
      totalSteps: total,
      done: 0,
      total: 0,
      tokensPerSecond: 214_000,
      secondsLeft: (total - step) * (ROLLOUT_MS / 1000),
      secondsUsed: step * (ROLLOUT_MS / 1000),
      tokensUsed: step * 4096,
      error: null,
      ...extra,
    },
  });
}

function evaluation(): EvaluationRow {
  const top = 0.98 - Math.max(0, 0.48 - entropy) * 0.5;
  const ks = [1, 2, 4, 8, 16, 32, 64];
  return {
    step,
    tokens: step * 4096,
    seconds: step * 0.22,
    passAtK: ks.map((k) => {
      const mean = pass1 + (top - pass1) * (Math.log2(k) / 6) ** 0.75;
      return { k, mean, low: mean - 0.035, high: Math.min(1, mean + 0.035) };
    }),
    greedyAccuracy: pass1 + 0.05,
    entropyNats: entropy,
    distinctCorrect: 3.8 - (0.48 - entropy) * 6,
    problems: 192,
    samples: 64,
    correct: [],
    problemIds: [],
  };
}

function samples(lambda: number, beta: number): Sample[] {
  return Array.from({ length: 24 }, (_, index) => {
    const right = random() < pass1;
    const confidence = right ? 0.4 + random() * 0.5 : 0.15 + random() * 0.5;
    const advantage = right ? lambda : -beta;
    const completion = right ? '8*3-4+1' : '8+3*4-1';
    return {
      index,
      group: Math.floor(index / 8),
      prompt: '1348=21:',
      completion,
      reward: right ? 1 : 0,
      reason: right ? `${completion} = 21` : `${completion} = 19, target 21`,
      truncated: index === 7,
      confidence,
      weight: 1,
      advantage,
      tokens: [...completion, '⏎'].map((text) => {
        const logp = -random() * 1.6;
        return { text, logp, entropyNats: random(), advantage, push: advantage * (1 - Math.exp(logp)) };
      }),
    };
  });
}

function rollout(): void {
  if (!experiment) return;
  const now = applyEdits(experiment, step);
  const context = { step, totalSteps: experiment.steps, accuracy: pass1 };
  const lambda = evaluateSchedule(now.objective.positiveWeight, context);
  const beta = evaluateSchedule(now.objective.negativeWeight, context);
  pass1 = Math.min(0.6, pass1 + (lambda * 0.004 + beta * 0.0012) * (0.5 + random()));
  entropy = Math.max(0.05, entropy - lambda * 0.004 * (0.5 + random()) + beta * 0.0004);
  const row: MetricsRow = {
    step,
    tokens: (step + 1) * 4096,
    seconds: (step + 1) * 0.22,
    correctRatio: pass1 + (random() - 0.5) * 0.05,
    entropyNats: entropy + (random() - 0.5) * 0.02,
    solvedGroups: pass1 * 0.3,
    mixedGroups: 0.6,
    unsolvedGroups: 0.4 - pass1 * 0.3,
    clipHighPositive: lambda * 0.04 * random(),
    clipLowNegative: beta * 0.05 * random(),
    gradNorm: 0.3 + random() * 0.2,
    responseLength: 7.6 + random() * 0.3,
    truncatedShare: 0.02,
    approximateKl: 0.002 + random() * 0.002,
    positiveWeight: lambda,
    negativeWeight: beta,
    learningRate: 1e-4,
  };
  step += 1;
  const last = step >= experiment.steps;
  const bins = (centre: number, size: number): number[] =>
    Array.from({ length: 24 }, (_, bin) =>
      Math.round(size * Math.exp(-(((bin / 24 - centre) / 0.16) ** 2)) + random() * 3),
    );
  const wrong = bins(0.4, 60);
  scope.postMessage({
    type: 'frame',
    runId,
    rows: [row],
    evaluations: step % 5 === 0 || last ? [evaluation()] : [],
    edits: experiment.edits.filter((edit) => edit.step === step - 1),
    samples: samples(lambda, beta),
    histogram: { wrong, right: bins(0.65, 20), penaltyMass: wrong.map((count, bin) => count * beta * (bin / 24)) },
  });
  if (last) {
    running = false;
    return status('finished');
  }
  if (single) {
    running = false;
    single = false;
  }
  status(running ? 'rollout' : 'paused');
  if (running) timer = setTimeout(rollout, ROLLOUT_MS);
}

function begin(): void {
  running = true;
  if (step > 0) return rollout();
  let done = 0;
  const compile = (): void => {
    done += 8;
    status('compiling', { done: Math.min(done, 31), total: 31 });
    if (done < 31) timer = setTimeout(compile, 60);
    else {
      scope.postMessage({
        type: 'frame',
        runId,
        rows: [],
        evaluations: [evaluation()],
        edits: [],
        samples: null,
        histogram: null,
      });
      status('rollout');
      timer = setTimeout(rollout, ROLLOUT_MS);
    }
  };
  compile();
}

scope.onmessage = ({ data: { id, command } }) => {
  switch (command.type) {
    case 'boot':
      if (self.name.includes('none'))
        scope.postMessage({
          type: 'capability',
          capability: null,
          error: { kind: 'no-webgpu', message: 'navigator.gpu is missing' },
        });
      else scope.postMessage({ type: 'capability', capability: { adapter: 'fake', software: false }, error: null });
      break;
    case 'load':
      clearTimeout(timer);
      ({ runId, experiment } = command);
      step = 0;
      pass1 = 0.21;
      entropy = 0.48;
      seed = experiment.seed + 1;
      break;
    case 'start':
      begin();
      break;
    case 'step':
      single = true;
      begin();
      break;
    case 'pause':
      clearTimeout(timer);
      running = false;
      status('paused');
      break;
    case 'edit': {
      const edit: ExperimentEdit = { step, path: command.path, value: command.value };
      if (experiment) experiment = { ...experiment, edits: [...experiment.edits, edit] };
      break;
    }
    case 'dispose':
      clearTimeout(timer);
      running = false;
      break;
    case 'inspect': {
      const form = {
        entropyPredicted: 0.6,
        agreement: 0.87,
        shares: ['3', '4', '1', '8', '+'].map((text, index) => ({
          text,
          before: 0.5 / (index + 1) ** 1.5,
          after: 0.46 / (index + 1) ** 1.3,
          predicted: 0.47 / (index + 1) ** 1.35,
          fromRight: 0.01 * index,
          fromWrong: -0.02 * (2 - index),
          chosen: index === 0,
        })),
      };
      const value = {
        sample: command.sample,
        position: command.position,
        step,
        context: '1348=21:8*',
        answers: 5,
        entropyBefore: 0.61,
        entropyAfter: 0.58,
        ratio: form,
        probability: form,
      };
      scope.postMessage({ type: 'reply', id, error: null, value });
      return;
    }
    default:
      return command satisfies never;
  }
  scope.postMessage({ type: 'reply', id, error: null, value: null });
};
