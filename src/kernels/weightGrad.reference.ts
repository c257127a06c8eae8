/** Float64 reference of weight_grad.wgsl: dW [n,k] = sum over m of dy[m,n] scale[m] x[rows[m],k]. */
export function weightGradient(
  dy: ArrayLike<number>,
  n: number,
  x: ArrayLike<number>,
  k: number,
  scale: ArrayLike<number> | null,
  rows: readonly number[],
): Float64Array {
  const result = new Float64Array(n * k);
  rows.forEach((source, m) => {
    for (let i = 0; i < n * k; i++) {
      const gradient = (dy[m * n + Math.floor(i / k)] ?? NaN) * (scale ? (scale[m] ?? NaN) : 1);
      result[i] = (result[i] ?? 0) + gradient * (x[source * k + (i % k)] ?? NaN);
    }
  });
  return result;
}
