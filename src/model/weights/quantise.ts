/**
 * Matrices in whole numbers of 8 or 4 bits and a float16 scale for each group of a row (kernels/tensor.ts): w = scale q.
 *
 * Numbers are the nearest ones for their scale. With 8 bits, -127 to 127, the scale is the largest magnitude / 127. With 4 bits,
 * -8 to 7, the scale takes the sign that puts the value of the largest magnitude on the side of -8, and its size is searched for:
 * of a few sizes around that magnitude / 8 the one whose numbers q leave the least squared error, at its best scale
 * (sum w q) / (sum q q), where the squared error is sum w w - (sum w q)^2 / (sum q q). That is the search of `make_qx_quants` in
 * llama.cpp (ggml-quants.c, I. Kawrakow), without its weights.
 */
import { quantisedGroup, quantisedRow, type QuantisedType } from '../../kernels/tensor';
import { at } from '../../lib/invariant';
import { float16Bits, float16Value } from '../halfFloat';

/** Rows of `columns` values each as a kernel reads them, padding zero. */
export interface QuantisedImage {
  readonly type: QuantisedType;
  readonly columns: number;
  readonly words: Uint32Array<ArrayBuffer>;
}

export function quantisedImage(type: QuantisedType, rows: number, columns: number): QuantisedImage {
  return { type, columns, words: new Uint32Array(rows * quantisedRow(type, columns).words) };
}

/** What 4 bits try for (largest magnitude) / scale: below 8 the largest value is less exact than the others, and above 7.5 it may be cut off. */
const triedSpans = [8, 7.4, 8.6] as const;

const largestScale = 65_504;

/** Quantises `values` [rows, width], which become the rows from `first` on of the image. */
export function quantiseRows(values: Float32Array, width: number, image: QuantisedImage, first: number): void {
  const { type, columns, words } = image;
  const row = quantisedRow(type, columns);
  const numbers = new Int8Array(words.buffer);
  const scales = new Uint16Array(words.buffer);
  const quantise = type === 'q8' ? group8 : group4;
  for (let r = 0; (r + 1) * width <= values.length; r++) {
    const from = r * width;
    const word = (first + r) * row.words;
    const scaleAt = 2 * (word + row.valueWords);
    for (let g = 0; g * quantisedGroup < width; g++) {
      const start = from + g * quantisedGroup;
      const end = Math.min(start + quantisedGroup, from + width);
      // a group is 32 bytes of 8 bits or 16 of 4
      const to = 4 * word + (type === 'q8' ? g * quantisedGroup : (g * quantisedGroup) / 2);
      scales[scaleAt + g] = quantise(values, start, end, numbers, to);
    }
  }
}

/** The signed value of the largest magnitude. */
function extreme(values: Float32Array, start: number, end: number): number {
  let size = 0;
  let found = 0;
  for (let i = start; i < end; i++) {
    const value = values[i] ?? 0;
    const own = Math.abs(value);
    if (own > size) {
      size = own;
      found = value;
    }
  }
  return found;
}

/** Float16 bits of the scale; the numbers go to `out` from `to` on. */
function group8(values: Float32Array, start: number, end: number, out: Int8Array, to: number): number {
  const bits = float16Bits(Math.min(Math.abs(extreme(values, start, end)) / 127, largestScale));
  const scale = float16Value(bits);
  if (scale === 0) return 0;
  for (let i = start; i < end; i++) {
    const number = Math.floor((values[i] ?? 0) / scale + 0.5);
    out[to + i - start] = number > 127 ? 127 : number < -127 ? -127 : number;
  }
  return bits;
}

/** The number of 4 bits plus 8, so that cutting off rounds down. */
function nibble(scaled: number): number {
  const number = (scaled + 8.5) | 0;
  return number > 15 ? 15 : number < 0 ? 0 : number;
}

/** The same for 4 bits, two numbers to a byte, the first in its low half. */
function group4(values: Float32Array, start: number, end: number, out: Int8Array, to: number): number {
  const largest = extreme(values, start, end);
  if (largest === 0) return 0;
  let best = 0;
  let most = 0;
  for (const span of triedSpans) {
    const inverse = -span / largest;
    let products = 0;
    let squares = 0;
    for (let i = start; i < end; i++) {
      const value = values[i] ?? 0;
      const number = nibble(value * inverse) - 8;
      products += value * number;
      squares += number * number;
    }
    if (products * products > most * squares) {
      most = (products * products) / squares;
      best = products / squares;
    }
  }
  const bits = float16Bits(Math.max(-largestScale, Math.min(best, largestScale)));
  const scale = float16Value(bits);
  if (scale === 0) return 0;
  const inverse = 1 / scale;
  for (let i = start; i < end; i += 2) {
    const low = nibble((values[i] ?? 0) * inverse) ^ 8;
    const high = i + 1 < end ? nibble((values[i + 1] ?? 0) * inverse) ^ 8 : 0;
    out[to + ((i - start) >> 1)] = low | (high << 4);
  }
  return bits;
}

/** The values [rows, columns] that the image means, exactly. */
export function dequantise({ type, columns, words }: QuantisedImage): Float32Array {
  const row = quantisedRow(type, columns);
  const numbers = new Int8Array(words.buffer);
  const scales = new Uint16Array(words.buffer);
  const values = new Float32Array((words.length / row.words) * columns);
  for (let i = 0; i < values.length; i++) {
    const column = i % columns;
    const word = ((i - column) / columns) * row.words;
    const scale = float16Value(at(scales, 2 * (word + row.valueWords) + Math.floor(column / quantisedGroup)));
    // a shift up and down again extends the sign of a half byte
    const number =
      type === 'q8'
        ? at(numbers, 4 * word + column)
        : (at(numbers, 4 * word + (column >> 1)) << (column % 2 === 0 ? 28 : 24)) >> 28;
    values[i] = number * scale;
  }
  return values;
}
