/** A policy small enough to check by hand: a table of logits, one row per context, with exact float64 gradients and AdamW.
 * A context is the prompt's first token and the answer so far, so that held-out prompts of a known class are known too. */
import { klEstimate, probabilityRatio, surrogate } from '../objective/surrogate';
import { createRng } from '../lib/rng';
import { entropyNats, softmax } from '../lib/numeric';
import type {
  OptimizerOptions,
  ParameterTensor,
  Policy,
  PolicyCheckpoint,
  RolloutRequest,
  SampledSequence,
  UpdateResult,
} from '../model/policy';
import type { LossOptions, WeightedSequence } from '../records/weighted';

type Table = Map<string, Float64Array>;

export interface TabularPolicy extends Policy {
  /** Makes the next `count` updates come out non-finite. */
  breakUpdates(count: number): void;
  /** Optimiser steps made. */
  steps(): number;
}

const contextOf = (prompt: readonly number[], completion: readonly number[], length: number) =>
  [prompt[0] ?? -1, ...completion.slice(0, length)].join(',');

/** `bias`: starting logit of each token at any context; token 0 is EOS. */
export function createTabularPolicy(vocabularySize: number, bias: readonly number[] = []): TabularPolicy {
  let parameters: Table = new Map();
  let first: Table = new Map();
  let second: Table = new Map();
  let optimizerStep = 0;
  let broken = 0;

  const fresh = () => Float64Array.from({ length: vocabularySize }, (_, token) => bias[token] ?? 0);
  const rowOf = (table: Table, context: string, make: () => Float64Array) => {
    const row = table.get(context) ?? make();
    table.set(context, row);
    return row;
  };
  const zeros = () => new Float64Array(vocabularySize);
  const logitsAt = (context: string) => parameters.get(context) ?? fresh();

  function sampleOne(
    request: RolloutRequest,
    prompt: readonly number[],
    promptIndex: number,
    sample: number,
  ): SampledSequence {
    const rng = createRng(request.seed, request.stream, promptIndex, sample);
    const completion: number[] = [];
    const logp: number[] = [];
    const entropy: number[] = [];
    while (completion.length < request.maxNewTokens && completion[completion.length - 1] !== 0) {
      const probabilities = softmax(logitsAt(contextOf(prompt, completion, completion.length)), request.temperature);
      let token = 0;
      if (request.greedy) token = probabilities.indexOf(Math.max(...probabilities));
      else
        for (let draw = rng.nextFloat(); token < vocabularySize - 1 && draw >= (probabilities[token] ?? 1); token++)
          draw -= probabilities[token] ?? 0;
      completion.push(token);
      logp.push(Math.log(probabilities[token] ?? 1));
      entropy.push(entropyNats(probabilities));
    }
    const truncated = completion[completion.length - 1] !== 0;
    return { promptIndex, completion, logp: Float32Array.from(logp), entropy: Float32Array.from(entropy), truncated };
  }

  function backward(batch: readonly WeightedSequence[], loss: LossOptions): UpdateResult & { table: Table } {
    const table: Table = new Map();
    const rows = batch.map((sequence) => {
      const { prompt, completion } = sequence;
      const logps = new Float32Array(completion.length);
      const entropies = new Float32Array(completion.length);
      const losses = new Float32Array(completion.length);
      const kls = new Float32Array(completion.length);
      completion.forEach((token, t) => {
        const [policyWeight = 0, entropyWeight = 0, klWeight = 0] = [
          sequence.policyWeight[t],
          sequence.entropyWeight[t],
          sequence.klWeight[t],
        ];
        if (policyWeight === 0 && entropyWeight === 0 && klWeight === 0) return;
        const context = contextOf(prompt, completion, t);
        const pi = softmax(logitsAt(context), loss.temperature);
        const logp = Math.log(pi[token] ?? 1);
        const entropy = entropyNats(pi);
        const ratio = probabilityRatio(logp, sequence.oldLogp[t] ?? 0);
        const policy = surrogate(sequence.advantage[t] ?? 0, ratio, loss);
        const reference = sequence.refLogp?.[t] ?? logp;
        const klSlope = loss.klEstimator === 'k1' ? 1 : 1 - Math.exp(reference - logp);
        // d loss / d logp, then d logp / d z_v = 1[v = y] - pi_v and dH / dz_v = -pi_v (log pi_v + H).
        const slope = policyWeight * policy.slope * ratio + klWeight * klSlope;
        const gradient = rowOf(table, context, zeros);
        pi.forEach((p, v) => {
          const own = slope * ((v === token ? 1 : 0) - p) + entropyWeight * p * (Math.log(p) + entropy);
          gradient[v] = (gradient[v] ?? 0) + own / loss.temperature;
        });
        logps[t] = logp;
        entropies[t] = entropy;
        losses[t] = policyWeight * policy.loss;
        kls[t] = klEstimate(logp, reference, loss.klEstimator);
      });
      return { logps, entropies, losses, kls };
    });
    let squares = 0;
    for (const row of table.values()) for (const value of row) squares += value * value;
    return {
      logp: rows.map(({ logps }) => logps),
      entropy: rows.map(({ entropies }) => entropies),
      policyLoss: rows.map(({ losses }) => losses),
      kl: rows.map(({ kls }) => kls),
      gradNorm: Math.sqrt(squares),
      skipped: false,
      table,
    };
  }

  function adamW(gradients: Table, gradNorm: number, options: OptimizerOptions): void {
    optimizerStep++;
    const { learningRate, beta1, beta2, eps, weightDecay, maxGradNorm } = options;
    const scale = Math.min(1, maxGradNorm / (gradNorm + 1e-6));
    for (const context of gradients.keys()) rowOf(parameters, context, fresh);
    for (const [context, row] of parameters) {
      const gradient = gradients.get(context) ?? zeros();
      const m = rowOf(first, context, zeros);
      const v = rowOf(second, context, zeros);
      row.forEach((value, token) => {
        const g = (gradient[token] ?? 0) * scale;
        // Rounded to float32, since that is what a checkpoint holds.
        const mean = Math.fround(beta1 * (m[token] ?? 0) + (1 - beta1) * g);
        const square = Math.fround(beta2 * (v[token] ?? 0) + (1 - beta2) * g * g);
        m[token] = mean;
        v[token] = square;
        const update = mean / (1 - beta1 ** optimizerStep) / (Math.sqrt(square / (1 - beta2 ** optimizerStep)) + eps);
        row[token] = Math.fround(value * (1 - learningRate * weightDecay) - learningRate * update);
      });
    }
  }

  const tensors = (table: Table): ParameterTensor[] =>
    Array.from(table, ([name, row]) => ({ name, shape: [row.length], data: Float32Array.from(row) }));
  const table = (stored: readonly ParameterTensor[]): Table =>
    new Map(stored.map(({ name, data }) => [name, Float64Array.from(data)]));

  return {
    vocabularySize,
    eosTokenId: 0,
    get parameterCount() {
      return parameters.size * vocabularySize;
    },
    breakUpdates(count) {
      broken = count;
    },
    steps: () => optimizerStep,
    async rollout(request, watch) {
      const sequences = request.prompts.flatMap((prompt, index) =>
        Array.from({ length: request.groupSize }, (_, sample) => sampleOne(request, prompt, index, sample)),
      );
      watch?.(sequences.length, sequences.length, sequences.length);
      return { sequences };
    },
    async update(batch, loss, options, watch) {
      watch?.(0, 1);
      const { table: gradients, ...result } = backward(batch, loss);
      if (broken > 0) {
        broken--;
        return { ...result, gradNorm: NaN, skipped: true };
      }
      adamW(gradients, result.gradNorm, options);
      return result;
    },
    async gradients(batch, loss) {
      const { table: gradients, ...result } = backward(batch, loss);
      return { ...result, gradients: tensors(gradients) };
    },
    async logits(rows) {
      // Prompt tokens past the first lie outside the vocabulary and are no part of a context.
      const contextAt = (row: readonly number[], t: number) =>
        [row[0] ?? -1, ...row.slice(1, t + 1).filter((token) => token < vocabularySize)].join(',');
      return rows.map((row) => Float32Array.from(row.flatMap((_, t) => Array.from(logitsAt(contextAt(row, t))))));
    },
    async completionLogits(sequences) {
      return sequences.map(({ prompt, completion }) =>
        Float32Array.from(completion.flatMap((_, t) => Array.from(logitsAt(contextOf(prompt, completion, t))))),
      );
    },
    async score(sequences, temperature) {
      const scored = sequences.map(({ prompt, completion }) =>
        completion.map((token, t) => {
          const pi = softmax(logitsAt(contextOf(prompt, completion, t)), temperature);
          return { logp: Math.log(pi[token] ?? 1), entropy: entropyNats(pi) };
        }),
      );
      return {
        logp: scored.map((row) => Float32Array.from(row, ({ logp }) => logp)),
        entropy: scored.map((row) => Float32Array.from(row, ({ entropy }) => entropy)),
      };
    },
    async save(): Promise<PolicyCheckpoint> {
      return {
        optimizerStep,
        parameters: tensors(parameters),
        firstMoments: tensors(first),
        secondMoments: tensors(second),
      };
    },
    async load(checkpoint) {
      optimizerStep = checkpoint.optimizerStep;
      parameters = table(checkpoint.parameters);
      first = table(checkpoint.firstMoments);
      second = table(checkpoint.secondMoments);
    },
    dispose() {},
  };
}
