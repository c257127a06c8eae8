import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sha256Stream } from './sha256Stream';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

function digestOf(...pieces: readonly Uint8Array[]): string {
  const stream = sha256Stream();
  for (const piece of pieces) stream.update(piece);
  return stream.digest();
}

describe('SHA-256 piece by piece', () => {
  it('gives the digests that FIPS 180-4 names', () => {
    expect(digestOf()).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(digestOf(text('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(digestOf(text('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq'))).toBe(
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    );
  });

  it("gives Node's digest however the bytes are cut", () => {
    const bytes = Uint8Array.from({ length: 1_000 }, (_, i) => (i * 37 + (i >> 3)) & 255);
    for (let length = 0; length < bytes.length; length += 7) {
      const whole = bytes.subarray(3, 3 + length);
      const cut = (length * 13) % (length + 1);
      const expected = createHash('sha256').update(whole).digest('hex');
      expect(digestOf(whole.subarray(0, cut), new Uint8Array(), whole.subarray(cut))).toBe(expected);
    }
  });
});
