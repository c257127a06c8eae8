/** The `decoder` of a tokenizer.json as far as it is read here: what turns tokens into text without a regular expression. */
import { describeValue } from '../lib/errors';
import { failure, success, type Result } from '../lib/result';

/** How a token's own spelling becomes text. */
export type Spelling =
  /** One character per byte. */
  | { readonly kind: 'bytes' }
  /** Pieces of text, with marks put for spaces; `<0x0A>` is a byte where `byteFallback` is set. */
  | {
      readonly kind: 'pieces';
      readonly replacements: readonly { readonly from: string; readonly to: string }[];
      readonly byteFallback: boolean;
      /** Spaces taken from the start of a decoded text, where it has so many. */
      readonly leadingSpaces: number;
    };

type Step = Readonly<Record<string, unknown>>;

/** Reads ByteLevel, Fuse, Replace with a plain text, ByteFallback, Metaspace, Strip of leading spaces, and sequences of these. The reason
 * names the first step that is none of them. */
export function readDecoder(decoder: unknown): Result<Spelling> {
  const steps = flatten(decoder);
  if (steps.length === 1 && steps[0]?.['type'] === 'ByteLevel') return success({ kind: 'bytes' });
  const replacements: { from: string; to: string }[] = [];
  let byteFallback = false;
  let leadingSpaces = 0;
  let fused = false;
  for (const step of steps) {
    const { type } = step;
    const strip = type === 'Strip' ? stripped(step, fused) : null;
    const replaced = type === 'Replace' ? replacementOf(step) : null;
    if (type === 'Fuse') fused = true;
    else if (type === 'ByteFallback') byteFallback = true;
    else if (type === 'Metaspace') {
      replacements.push({ from: typeof step['replacement'] === 'string' ? step['replacement'] : '\u2581', to: ' ' });
      leadingSpaces += 1;
    } else if (strip !== null) leadingSpaces += strip;
    else if (replaced !== null) replacements.push(replaced);
    else return failure(`the decoder ${describeValue(step)} is not read here`);
  }
  if (steps.length === 0) return failure('it names no decoder');
  return success({ kind: 'pieces', replacements, byteFallback, leadingSpaces });
}

function flatten(decoder: unknown, depth = 0): Step[] {
  if (typeof decoder !== 'object' || decoder === null || depth > 8) return [];
  const { type, decoders } = decoder as Step;
  if (type !== 'Sequence' || !Array.isArray(decoders)) return [decoder as Step];
  return (decoders as readonly unknown[]).flatMap((step) => flatten(step, depth + 1));
}

/** How many leading spaces it takes from the whole text; null where it does anything else. */
function stripped({ content, start, stop }: Step, fused: boolean): number | null {
  const plain = fused && content === ' ' && (stop ?? 0) === 0;
  return plain && typeof start === 'number' && start >= 0 && start <= 8 ? start : null;
}

function replacementOf({ pattern, content }: Step): { from: string; to: string } | null {
  const from: unknown = typeof pattern === 'object' && pattern !== null ? Reflect.get(pattern, 'String') : null;
  return typeof from === 'string' && from !== '' && typeof content === 'string' ? { from, to: content } : null;
}
