/** Inflates at most so many bytes: deflate can blow up a thousandfold, so the output is counted while it comes. */
import { Inflate } from 'fflate';

/** Small pieces in, so that no more than a few pieces' worth of output ever comes after the limit. */
const PIECE = 512;

class TooLong extends Error {}

/** Null when the data is damaged or longer than `limit` bytes when inflated. */
export function inflateAtMost(data: Uint8Array, limit: number): Uint8Array | null {
  const parts: Uint8Array[] = [];
  let length = 0;
  let ended = false;
  const inflater = new Inflate((part, final) => {
    length += part.length;
    if (length > limit) throw new TooLong();
    parts.push(part);
    ended ||= final;
  });
  try {
    if (data.length === 0) return null;
    for (let at = 0; at < data.length; at += PIECE)
      inflater.push(data.subarray(at, at + PIECE), at + PIECE >= data.length);
  } catch {
    return null;
  }
  if (!ended) return null;
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
