/** What the next update would do: forces on pass@k, entropy and length, per unit of lambda, of beta and of penalty at one
 * confidence, measured before the update of rollout step `step`. Decided by experiment, seed, build and adapter, without times. */

/** A quadratic form in (lambda, beta): q = pp lambda^2 + 2 pn lambda beta + nn beta^2. */
export interface MixForm {
  readonly pp: number;
  readonly pn: number;
  readonly nn: number;
}

/** Squared Euclidean norm of a mini-batch's gradient as a form in (lambda, beta, 1): the last is entropy bonus and KL term. */
export interface NormForm extends MixForm {
  readonly pr: number;
  readonly nr: number;
  readonly rr: number;
}

export interface ForceMeasure {
  readonly kind: 'pass' | 'entropy' | 'length';
  /** k of pass@k; null for the others. */
  readonly k: number | null;
  /** On the probe, before the update: pass@k exact, entropy (nats per token) and length (tokens) from samples. */
  readonly value: number;
  /** Change per update that one unit of lambda (of beta) makes before the norm is clipped, one entry per mini-batch:
   * learning rate x gradient of the measure, P, direction of the right (the wrong) answers. */
  readonly positive: readonly number[];
  readonly negative: readonly number[];
  /** The same for entropy bonus and KL term as they are. */
  readonly rest: readonly number[];
  /** Standard error of the sums over mini-batches of `positive` and `negative`, from the batch's parts; null with one part. */
  readonly positiveError: number | null;
  readonly negativeError: number | null;
  /** As `negative`, summed over mini-batches: wrong answers of one confidence at weight 1. */
  readonly bins: readonly number[];
  /** Change over this rollout step as AdamW would make it from the gradients at its start, momentum included. */
  readonly forecast: number;
  /** Gradient of the measure along the way that the parameters went; null where no update was looked at. */
  readonly along: number | null;
  /** Change that came: exact for pass@k, the same answers weighed anew for entropy and length. */
  readonly realised: number | null;
}

export interface ForceRow {
  readonly step: number;
  /** Weights in force: lambda and beta, or 1 and 1 with `signed` false, where the classes are the positive and the negative advantages. */
  readonly signed: boolean;
  readonly positiveWeight: number;
  readonly negativeWeight: number;
  readonly learningRate: number;
  readonly maxGradNorm: number;
  readonly innerEpochs: number;
  /** Share of right answers of the batch. */
  readonly accuracy: number;
  /** Problems of the probe, and answers sampled per problem for entropy and length. */
  readonly probe: { readonly problems: number; readonly samples: number; readonly temperature: number };
  /** Second moments of P: the optimiser's, or before its first update this batch's. */
  readonly metric: 'optimizer' | 'batch';
  /** One per mini-batch. `updates` false: no weight in force, so no update. */
  readonly miniBatches: readonly { readonly norm: NormForm; readonly updates: boolean }[];
  readonly measures: readonly ForceMeasure[];
  /** Bins of confidence of the wrong answers; `tokenWeight` is their share of the batch's weight. */
  readonly bins: readonly {
    readonly low: number;
    readonly high: number;
    readonly answers: number;
    readonly tokenWeight: number;
  }[];
  /** Squared length of the batch's direction in the metric P: all of it, and the part that another batch would have too
   * (unbiased, from products of different parts; may come out negative). Null with one part. */
  readonly noise: { readonly parts: number; readonly total: MixForm; readonly signal: MixForm } | null;
}
