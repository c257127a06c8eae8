/**
 * Packs sequences into micro-batches without padding. Sequences that share a prompt share its rows: the prompt once, then
 * each completion's rows behind it (all but the last token, which predicts nothing).
 */
import { at, invariant } from '../../lib/invariant';

/** One sequence as the packer sees it: `wanted[t]` tells whether completion token t needs its row of logits. */
export interface PackInput {
  readonly prompt: readonly number[];
  readonly completion: readonly number[];
  readonly wanted: readonly boolean[] | null;
}

/** Where one completion token's results are. */
export interface HeadPlace {
  readonly sequence: number;
  readonly token: number;
}

export interface MicroBatch {
  readonly rows: number;
  readonly headRows: number;
  readonly runs: number;
  /** [rows][8], see `Row` in shaders/lib/batch.wgsl. */
  readonly rowTable: Uint32Array;
  /** Head rows in order: `source` row and `label` token. */
  readonly sources: Uint32Array;
  readonly labels: Uint32Array;
  readonly places: readonly HeadPlace[];
  /** [runs][4]: token, first, count, and in the first entry the number of runs. */
  readonly runTable: Uint32Array;
  readonly sortedRows: Uint32Array;
}

export interface PackLimits {
  readonly rows: number;
  readonly headRows: number;
}

/** Rows that a lone sequence takes. */
export function rowsOf(sequence: PackInput): number {
  return sequence.prompt.length + Math.max(0, sequence.completion.length - 1);
}

/** Rows and head rows of all of them in one micro-batch. */
export function packedSize(sequences: readonly PackInput[]): PackLimits {
  let rows = 0;
  let headRows = 0;
  let prompt: readonly number[] | null = null;
  for (const sequence of sequences) {
    const wanted = wantedCount(sequence);
    if (wanted === 0) continue;
    headRows += wanted;
    rows += rowsOf(sequence) - (samePrompt(prompt, sequence.prompt) ? sequence.prompt.length : 0);
    prompt = sequence.prompt;
  }
  return { rows, headRows };
}

const samePrompt = (a: readonly number[] | null, b: readonly number[]): boolean =>
  a !== null && a.length === b.length && a.every((token, i) => token === b[i]);

/** Splits `sequences` into micro-batches within `limits`; order is kept, neighbours with equal prompts share it.
 * Sequences without a wanted token are left out. Throws when one sequence alone is larger than the limits. */
export function packSequences(sequences: readonly PackInput[], limits: PackLimits): MicroBatch[] {
  const batches: MicroBatch[] = [];
  let builder = new Builder();
  sequences.forEach((sequence, index) => {
    const headRows = wantedCount(sequence);
    if (headRows === 0) return;
    invariant(sequence.prompt.length > 0, `sequence ${index} has an empty prompt`);
    invariant(
      rowsOf(sequence) <= limits.rows && headRows <= limits.headRows,
      `sequence ${index} takes ${rowsOf(sequence)} rows and ${headRows} head rows, a micro-batch holds ${limits.rows} and ${limits.headRows}`,
    );
    const cost = builder.cost(sequence);
    if (builder.rows + cost > limits.rows || builder.headRows + headRows > limits.headRows) {
      batches.push(builder.finish());
      builder = new Builder();
    }
    builder.add(sequence, index);
  });
  if (builder.rows > 0) batches.push(builder.finish());
  return batches;
}

function wantedCount(sequence: PackInput): number {
  return sequence.wanted ? sequence.wanted.filter(Boolean).length : sequence.completion.length;
}

interface OpenRow {
  readonly token: number;
  readonly position: number;
  readonly prefixStart: number;
  readonly prefixLength: number;
  readonly ownStart: number;
  queryEnd: number;
  readonly heads: { label: number; place: HeadPlace }[];
}

class Builder {
  private readonly table: OpenRow[] = [];
  private prompt: readonly number[] | null = null;
  private promptStart = 0;
  headRows = 0;

  get rows(): number {
    return this.table.length;
  }

  cost(sequence: PackInput): number {
    return rowsOf(sequence) - (this.shares(sequence) ? sequence.prompt.length : 0);
  }

  private shares(sequence: PackInput): boolean {
    return samePrompt(this.prompt, sequence.prompt);
  }

  add(sequence: PackInput, index: number): void {
    const length = sequence.prompt.length;
    if (!this.shares(sequence)) {
      this.closePrompt();
      this.prompt = sequence.prompt;
      this.promptStart = this.rows;
      sequence.prompt.forEach((token, position) => {
        this.table.push({
          token,
          position,
          prefixStart: 0,
          prefixLength: 0,
          ownStart: this.promptStart,
          queryEnd: 0,
          heads: [],
        });
      });
    }
    const ownStart = this.rows;
    const ownEnd = ownStart + Math.max(0, sequence.completion.length - 1);
    sequence.completion.forEach((label, t) => {
      const wanted = sequence.wanted === null || sequence.wanted[t] === true;
      if (wanted) {
        const source = t === 0 ? this.promptStart + length - 1 : ownStart + t - 1;
        at(this.table, source).heads.push({ label, place: { sequence: index, token: t } });
        this.headRows++;
      }
      if (t + 1 < sequence.completion.length) {
        this.table.push({
          token: label, position: length + t, prefixStart: this.promptStart, prefixLength: length, ownStart, queryEnd: ownEnd, heads: [],
        }); // prettier-ignore
      }
    });
  }

  /** The prompt's rows are seen by every row up to here. */
  private closePrompt(): void {
    if (!this.prompt) return;
    for (let row = this.promptStart; row < this.promptStart + this.prompt.length; row++)
      at(this.table, row).queryEnd = this.rows;
  }

  finish(): MicroBatch {
    this.closePrompt();
    const rowTable = new Uint32Array(this.rows * 8);
    const sources = new Uint32Array(this.headRows);
    const labels = new Uint32Array(this.headRows);
    const places: HeadPlace[] = [];
    this.table.forEach((row, index) => {
      const { token, position, prefixStart, prefixLength, ownStart, queryEnd, heads } = row;
      rowTable.set(
        [token, position, prefixStart, prefixLength, ownStart, queryEnd, places.length, heads.length],
        index * 8,
      );
      for (const { label, place } of heads) {
        sources[places.length] = index;
        labels[places.length] = label;
        places.push(place);
      }
    });
    return { rows: this.rows, headRows: this.headRows, rowTable, sources, labels, places, ...this.sortByToken() };
  }

  private sortByToken(): Pick<MicroBatch, 'runs' | 'runTable' | 'sortedRows'> {
    const order = Array.from({ length: this.rows }, (_, row) => row);
    order.sort((a, b) => at(this.table, a).token - at(this.table, b).token || a - b);
    const runs: number[][] = [];
    order.forEach((row, index) => {
      const token = at(this.table, row).token;
      const last = runs.at(-1);
      if (last?.[0] === token) last[2] = (last[2] ?? 0) + 1;
      else runs.push([token, index, 1, 0]);
    });
    if (runs[0]) runs[0][3] = runs.length;
    return { runs: runs.length, runTable: new Uint32Array(runs.flat()), sortedRows: new Uint32Array(order) };
  }
}
