/** Float64 references of rope.wgsl, attention.wgsl and attention_backward_{q,kv}.wgsl, row by row from the definitions. */
import type { HeadShape } from './headShape';
import { dot, Matrix } from './matrix.reference';

/** A packed row: its position in the sequence and the rows that it attends to (itself included). */
export interface AttentionRow {
  readonly position: number;
  readonly keys: readonly number[];
}

export interface HeadInputs {
  readonly shape: HeadShape;
  readonly rows: readonly AttentionRow[];
  /** q | k | v [rows, qkvWidth] as projected. */
  readonly raw: Matrix;
  /** Norm gains and biases at the shape's offsets. */
  readonly vectors: ArrayLike<number>;
  /** cos, sin [positions, headDim / 2]. */
  readonly table: ArrayLike<number>;
}

const slice = (values: ArrayLike<number>, start: number, length: number): Float64Array =>
  Float64Array.from({ length }, (_, i) => values[start + i] ?? NaN);

/** Rotation of pairs (i, i + half) by the position's angles; `sign` -1 turns back. */
export function rotate(head: Float64Array, table: ArrayLike<number>, position: number, sign: 1 | -1 = 1): Float64Array {
  const half = head.length / 2;
  return head.map((value, i) => {
    const at = (position * half + (i % half)) * 2;
    const cos = table[at] ?? NaN;
    const sin = (table[at + 1] ?? NaN) * sign;
    return i < half ? value * cos - (head[i + half] ?? NaN) * sin : value * cos + (head[i - half] ?? NaN) * sin;
  });
}

const rmsOf = (head: Float64Array, epsilon: number): number => 1 / Math.sqrt(dot(head, head) / head.length + epsilon);

const gainOf = ({ shape, vectors }: HeadInputs, head: number): Float64Array =>
  slice(vectors, head < shape.qHeads ? shape.qGainAt : shape.kGainAt, shape.headDim);

/** One head's vector as attention sees it: normed with Qwen3's gains, rotated; v stays as it is. */
function prepareHead(inputs: HeadInputs, row: number, head: number): Float64Array {
  const { shape, rows, raw, table } = inputs;
  const vector = slice(raw.row(row), head * shape.headDim, shape.headDim);
  if (head >= shape.qHeads + shape.kvHeads) return vector;
  const scale = shape.qkNorm ? rmsOf(vector, shape.epsilon) : 1;
  const gain = shape.qkNorm ? gainOf(inputs, head) : null;
  return rotate(
    vector.map((value, i) => value * scale * (gain?.[i] ?? 1)),
    table,
    rows[row]?.position ?? NaN,
  );
}

/** q | k | v [rows, qkvWidth] ready for attention. */
export function prepareHeads(inputs: HeadInputs): Matrix {
  const { shape, raw } = inputs;
  const result = new Matrix(raw.rows, raw.columns);
  for (let row = 0; row < raw.rows; row++) {
    for (let head = 0; head < shape.qHeads + 2 * shape.kvHeads; head++) {
      result.row(row).set(prepareHead(inputs, row, head), head * shape.headDim);
    }
  }
  return result;
}

/** Softmax weights of one query over its keys, and the log-sum-exp of the scores. */
export function attentionWeights(
  q: Float64Array,
  keys: readonly Float64Array[],
): { weights: number[]; logSum: number } {
  const scores = keys.map((key) => dot(q, key) / Math.sqrt(q.length));
  const most = Math.max(...scores);
  const logSum = most + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - most), 0));
  return { weights: scores.map((score) => Math.exp(score - logSum)), logSum };
}

const headOf = (shape: HeadShape, qkv: Matrix, row: number, head: number): Float64Array =>
  slice(qkv.row(row), head * shape.headDim, shape.headDim);

/** mixed [rows, mixedWidth] and the log-sum-exps [rows, qHeads]; `qkv` is prepared. */
export function attentionForward(
  shape: HeadShape,
  rows: readonly AttentionRow[],
  qkv: Matrix,
): { mixed: Matrix; logSum: Matrix } {
  const mixed = new Matrix(rows.length, shape.mixedWidth);
  const logSum = new Matrix(rows.length, shape.qHeads);
  rows.forEach(({ keys }, row) => {
    for (let head = 0; head < shape.qHeads; head++) {
      const kHead = shape.qHeads + Math.floor((head * shape.kvHeads) / shape.qHeads);
      const seen = attentionWeights(
        headOf(shape, qkv, row, head),
        keys.map((key) => headOf(shape, qkv, key, kHead)),
      );
      logSum.set(row, head, seen.logSum);
      keys.forEach((key, t) => {
        headOf(shape, qkv, key, kHead + shape.kvHeads).forEach((value, i) => {
          mixed.add(row, head * shape.headDim + i, (seen.weights[t] ?? NaN) * value);
        });
      });
    }
  });
  return { mixed, logSum };
}

export interface AttentionGradients {
  /** d raw q | k | v [rows, qkvWidth]. */
  readonly dRaw: Matrix;
  /** sum(dO . O) [rows, qHeads]. */
  readonly delta: Matrix;
  /** sum(d raw . (raw - bias)) per q head, then per kv head for k and v together, [rows, qHeads + kvHeads]. */
  readonly dots: Matrix;
  /** Shares of the q and k gains' gradients [rows, qkvWidth]; zero without q/k norms. */
  readonly normGrad: Matrix;
}

/** Everything back from d mixed, through softmax, rotation and norms. */
export function attentionBackwardReference(inputs: HeadInputs, dMixed: Matrix): AttentionGradients {
  const { shape, rows, raw } = inputs;
  const { headDim, qHeads, kvHeads } = shape;
  const qkv = prepareHeads(inputs);
  const dPrepared = new Matrix(raw.rows, raw.columns);
  const delta = new Matrix(raw.rows, qHeads);
  const { mixed } = attentionForward(shape, rows, qkv);
  const addTo = (row: number, head: number, values: Float64Array, factor: number) => {
    values.forEach((value, i) => {
      dPrepared.add(row, head * headDim + i, factor * value);
    });
  };
  rows.forEach(({ keys }, row) => {
    for (let head = 0; head < qHeads; head++) {
      const kHead = qHeads + Math.floor((head * kvHeads) / qHeads);
      const q = headOf(shape, qkv, row, head);
      const gradient = headOf(shape, dMixed, row, head);
      const own = dot(gradient, headOf(shape, mixed, row, head));
      delta.set(row, head, own);
      const { weights } = attentionWeights(
        q,
        keys.map((key) => headOf(shape, qkv, key, kHead)),
      );
      keys.forEach((key, t) => {
        const weight = weights[t] ?? NaN;
        const dScore = (weight * (dot(gradient, headOf(shape, qkv, key, kHead + kvHeads)) - own)) / Math.sqrt(headDim);
        addTo(row, head, headOf(shape, qkv, key, kHead), dScore);
        addTo(key, kHead, q, dScore);
        addTo(key, kHead + kvHeads, gradient, weight);
      });
    }
  });
  return { delta, ...backThroughHeads(inputs, dPrepared) };
}

function backThroughHeads(
  inputs: HeadInputs,
  dPrepared: Matrix,
): Pick<AttentionGradients, 'dRaw' | 'dots' | 'normGrad'> {
  const { shape, rows, raw, vectors, table } = inputs;
  const { headDim, qHeads, kvHeads } = shape;
  const dRaw = new Matrix(raw.rows, raw.columns);
  const normGrad = new Matrix(raw.rows, raw.columns);
  const dots = new Matrix(raw.rows, qHeads + kvHeads);
  rows.forEach(({ position }, row) => {
    for (let head = 0; head < qHeads + 2 * kvHeads; head++) {
      const vector = headOf(shape, raw, row, head);
      let gradient = headOf(shape, dPrepared, row, head);
      if (head < qHeads + kvHeads) gradient = rotate(gradient, table, position, -1);
      if (shape.qkNorm && head < qHeads + kvHeads) {
        const scale = rmsOf(vector, shape.epsilon);
        const gain = gainOf(inputs, head);
        normGrad.row(row).set(
          gradient.map((value, i) => value * (vector[i] ?? NaN) * scale),
          head * headDim,
        );
        const dNormed = gradient.map((value, i) => value * (gain[i] ?? NaN));
        const pull = (dot(dNormed, vector) * scale * scale) / headDim;
        gradient = dNormed.map((value, i) => scale * (value - (vector[i] ?? NaN) * pull));
      }
      dRaw.row(row).set(gradient, head * headDim);
      const bias = (i: number) => (shape.qkvBias ? (vectors[shape.biasAt + head * headDim + i] ?? NaN) : 0);
      const share = gradient.reduce((sum, value, i) => sum + value * ((vector[i] ?? NaN) - bias(i)), 0);
      dots.add(row, head < qHeads + kvHeads ? head : head - kvHeads, share);
    }
  });
  return { dRaw, dots, normGrad };
}
