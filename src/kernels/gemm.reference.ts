/** Float64 references of what gemm.wgsl fuses around its product. */
import { dot, Matrix, product } from './matrix.reference';

/** 1 / sqrt(mean of squares + epsilon) per row; `width` is the true width, columns past it are zero. */
export function rmsScale(x: Matrix, width: number, epsilon: number): Float64Array {
  return Float64Array.from(
    { length: x.rows },
    (_, row) => 1 / Math.sqrt(dot(x.row(row), x.row(row)) / width + epsilon),
  );
}

/** RMSNorm(x) W^T + bias with W^T [K,N] already multiplied by the gain. */
export function normedProduct(x: Matrix, scale: Float64Array, folded: Matrix, bias: ArrayLike<number> | null): Matrix {
  const plain = product(x, folded);
  return Matrix.from(
    plain.rows,
    plain.columns,
    (m, n) => (scale[m] ?? NaN) * plain.get(m, n) + (bias ? (bias[n] ?? NaN) : 0),
  );
}

const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));

/** silu(gate) * up; `gateUp` [M, gate | up] -> [M, half]. */
export function swiglu(gateUp: Matrix): Matrix {
  const half = gateUp.columns / 2;
  return Matrix.from(gateUp.rows, half, (m, n) => {
    const gate = gateUp.get(m, n);
    return gate * sigmoid(gate) * gateUp.get(m, half + n);
  });
}

/** d gate | d up [M, 2 half] of silu(gate) * up, from d act [M, half]. */
export function swigluBackward(dAct: Matrix, gateUp: Matrix): Matrix {
  const half = dAct.columns;
  return Matrix.from(dAct.rows, 2 * half, (m, column) => {
    const n = column % half;
    const gate = gateUp.get(m, n);
    const s = sigmoid(gate);
    if (column >= half) return dAct.get(m, n) * gate * s;
    return dAct.get(m, n) * gateUp.get(m, half + n) * (s + gate * s * (1 - s));
  });
}

/** d x of y = gain * x * rstd(x), from d y: rstd (gain dy - x rstd^2 mean(gain dy x)). */
export function rmsNormBackward(
  x: Matrix,
  gain: ArrayLike<number>,
  scale: Float64Array,
  dNormed: Matrix,
  width: number,
): Matrix {
  return Matrix.from(x.rows, x.columns, (m, n) => {
    const r = scale[m] ?? NaN;
    let pull = 0;
    for (let i = 0; i < width; i++) pull += (gain[i] ?? NaN) * dNormed.get(m, i) * x.get(m, i);
    return r * ((gain[n] ?? NaN) * dNormed.get(m, n) - (x.get(m, n) * r * r * pull) / width);
  });
}
