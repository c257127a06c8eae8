/** Matrices that are larger than one binding, cut between rows. */
import type { Factor } from '../../kernels/gemm';
import { linearRoles } from '../description';
import {
  isTable,
  matrixRegions,
  tableWindows,
  vectorRegions,
  type FoldedRegion,
  type MatrixRegion,
  type NamedRegion,
  type ParameterLayout,
} from './layout';

/** Cuts lie on multiples of so many rows: rows of any type then begin on a boundary of a binding, as does a bias at the same row,
 * and the chunks of finish_grads stay what they are. */
export const pieceRows = 64;

/** A run of a matrix's rows, or of a product's columns, from `first` on. */
export interface RowRun {
  readonly first: number;
  readonly rows: number;
}

/** A factor for the outputs (forward) or inputs (backward) from `first` on of a map. */
export interface FactorPiece extends Factor {
  readonly first: number;
}

/** As few runs of rows as there are with at most `most` rows each, multiples of `step` but for the last; where `most` is less than a
 * step, runs of one step, which no buffer holds. */
export function cutRows(rows: number, most: number, step = pieceRows): RowRun[] {
  if (rows <= most) return [{ first: 0, rows }];
  const each = Math.max(step, Math.floor(most / step) * step);
  return Array.from({ length: Math.ceil(rows / each) }, (_, i) => ({
    first: i * each,
    rows: Math.min(each, rows - i * each),
  }));
}

/** The pieces of a matrix of which no buffer holds more than `most` floats. */
export function cutMatrix(region: MatrixRegion, most: number): (MatrixRegion & RowRun)[] {
  const { at: start, name, columns } = region;
  const runs = cutRows(region.rows, most / columns);
  return runs.map(({ first, rows }) => ({
    ...region,
    name: runs.length === 1 ? name : `${name}, rows ${first} to ${first + rows - 1}`,
    at: start + first * columns,
    length: rows * columns,
    first,
    rows,
  }));
}

/** The same with the piece's own transpose. */
export function cutFolded(region: FoldedRegion, most: number): (FoldedRegion & RowRun)[] {
  return cutMatrix(region, most).map((piece) => ({
    ...piece,
    folded: { at: region.folded.at + piece.first * region.columns, length: piece.length },
  }));
}

/** What no buffer may cut, in the order of the addresses: a window of a table, a matrix or, where it has more than `most` floats,
 * a piece of one, or a layer's vectors. */
export function wholeRegions(layout: ParameterLayout, most = Infinity): NamedRegion[] {
  const matrices = matrixRegions(layout).flatMap((region) =>
    isTable(layout, region) ? tableWindows(region) : cutMatrix(region, most),
  );
  return [...matrices, ...vectorRegions(layout)];
}

/** The matrices, or pieces of at most `most` floats, that have a folded transpose, in the order of the transposes. */
export function foldedRegions({ headWindows, layers }: ParameterLayout, most = Infinity): FoldedRegion[] {
  const inLayers = layers.flatMap(({ matrices }) => linearRoles.flatMap((role) => cutFolded(matrices[role], most)));
  return [...headWindows, ...inLayers];
}
