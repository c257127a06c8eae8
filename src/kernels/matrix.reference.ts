/** A row-major float64 matrix: what the kernels' references compute on. */
export class Matrix {
  readonly data: Float64Array;

  constructor(
    readonly rows: number,
    readonly columns: number,
    values?: ArrayLike<number>,
  ) {
    this.data = new Float64Array(rows * columns);
    if (values) this.data.set(Float64Array.from({ length: this.data.length }, (_, i) => values[i] ?? NaN));
  }

  static from(rows: number, columns: number, value: (row: number, column: number) => number): Matrix {
    const matrix = new Matrix(rows, columns);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) matrix.set(row, column, value(row, column));
    }
    return matrix;
  }

  get(row: number, column: number): number {
    return this.data[row * this.columns + column] ?? NaN;
  }

  set(row: number, column: number, value: number): void {
    this.data[row * this.columns + column] = value;
  }

  add(row: number, column: number, value: number): void {
    this.data[row * this.columns + column] = this.get(row, column) + value;
  }

  row(row: number): Float64Array {
    return this.data.subarray(row * this.columns, (row + 1) * this.columns);
  }

  transposed(): Matrix {
    return Matrix.from(this.columns, this.rows, (row, column) => this.get(column, row));
  }
}

/** A [M,K] B [K,N] -> [M,N]. */
export function product(a: Matrix, b: Matrix): Matrix {
  const result = new Matrix(a.rows, b.columns);
  for (let m = 0; m < a.rows; m++) {
    for (let k = 0; k < b.rows; k++) {
      const value = a.get(m, k);
      for (let n = 0; n < b.columns; n++) result.add(m, n, value * b.get(k, n));
    }
  }
  return result;
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? NaN) * (b[i] ?? NaN);
  return sum;
}
