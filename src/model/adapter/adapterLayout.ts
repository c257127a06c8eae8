/**
 * Where an adapter's factors lie: addresses in floats as in weights/layout.ts, but an order of their own, since nothing else
 * trains beside them. Ranks are padded to multiples of 4 with zeros that stay zero.
 *
 * The factors A of the parts that a map is made of (q, k and v) lie row after row as one matrix, so that one product computes
 * all of u = A x; the factors B follow one another, each on a boundary of its own.
 */
import { InputError } from '../../lib/errors';
import type { LowRankPart } from '../../kernels/gemm';
import { linearRoles, pad4, type Decoder, type LinearRole } from '../description';
import { Taker, type MatrixRegion, type Region, type TensorPlace } from '../weights/layout';
import type { AdapterConfig } from './adapterConfig';

/** A part of a map with its factor B. */
export interface AdaptedPart extends LowRankPart {
  /** [columns, rank], padded. */
  readonly b: MatrixRegion;
}

/** The product of low rank beside one map of one layer. */
export interface AdaptedMap {
  /** [width, in]: the parts' factors A, `rank` rows each. */
  readonly a: MatrixRegion;
  /** From the first part's factor B to the last's. */
  readonly run: Region;
  readonly parts: readonly AdaptedPart[];
  /** Floats of u = A x, a row. */
  readonly width: number;
  /** Where u begins among the layer's, floats for each row. */
  readonly behind: number;
}

export type AdaptedLayer = Readonly<Partial<Record<LinearRole, AdaptedMap>>>;

export interface AdapterLayout {
  /** Padded. */
  readonly rank: number;
  readonly layers: readonly AdaptedLayer[];
  /** Floats of u of all maps of a layer, a row. */
  readonly lowWidth: number;
  readonly count: number;
  /** PEFT's names and shapes. */
  readonly tensors: readonly TensorPlace[];
}

/** Throws `InputError` where the model's parts do not lie on multiples of 4 rows. */
export function layoutAdapter({ layer, layers }: Decoder, { rank, targets }: AdapterConfig): AdapterLayout {
  const taker = new Taker();
  const inner = pad4(rank);
  const tensors: TensorPlace[] = [];
  let lowWidth = 0;
  const matrix = (name: string, rows: number, columns: number): MatrixRegion => ({
    ...taker.take(rows * columns), name, rows, columns, gainAt: null,
  }); // prettier-ignore
  const adapted = (index: number): AdaptedLayer => {
    let behind = 0;
    const maps: Partial<Record<LinearRole, AdaptedMap>> = {};
    for (const role of linearRoles) {
      const { parts, columns, width } = layer.linears[role];
      const own = parts.filter(({ tensor }) => targets.some((target) => moduleOf(tensor) === target));
      if (own.length === 0) continue;
      const a = matrix(`adapter of ${role} of layer ${index}`, own.length * inner, columns);
      const start = taker.end;
      const low = own.map(({ tensor, rows, first }, p): AdaptedPart => {
        const padded = pad4(rows);
        if (first % 4 !== 0 || parts.some((other) => other.first > first && other.first < first + padded))
          throw new InputError('adapter.targets', tensor, 'maps that begin and end on a multiple of 4 rows');
        const b = matrix(`adapter of ${tensor} of layer ${index}`, padded, inner);
        const name = `base_model.model.model.layers.${index}.${tensor}`;
        tensors.push(
          { name: `${name}.lora_A.weight`, shape: [rank, width], at: a.at + p * inner * columns, rows: rank, width, stride: columns },
          { name: `${name}.lora_B.weight`, shape: [rows, rank], at: b.at, rows, width: rank, stride: inner },
        ); // prettier-ignore
        return { first, columns: padded, valuesAt: p * inner, factorAt: b.at - start, b };
      });
      maps[role] = { a, run: { at: start, length: taker.end - start }, parts: low, width: own.length * inner, behind };
      behind += own.length * inner;
    }
    lowWidth = behind;
    return maps;
  };
  const all = Array.from({ length: layers }, (_, index) => adapted(index));
  return { rank: inner, layers: all, lowWidth, count: taker.end, tensors };
}

/** `q_proj` of `self_attn.q_proj`. */
const moduleOf = (tensor: string): string => tensor.slice(tensor.lastIndexOf('.') + 1);
