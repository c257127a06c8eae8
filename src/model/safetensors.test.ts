import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileFormatError } from './fileError';
import { roundToBfloat16 } from './halfFloat';
import { readSafetensorsHeader, readTensor, writeSafetensors, type NamedTensor } from './safetensors';

/** A file with the given header text (or object) and so many bytes of data. */
function file(header: unknown, data: Uint8Array | number = 0): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const body = typeof data === 'number' ? new Uint8Array(data) : data;
  const bytes = new Uint8Array(8 + text.length + body.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(body, 8 + text.length);
  return bytes;
}

const entry = (dtype: string, shape: readonly number[], begin: number, end: number) => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

describe('readSafetensorsHeader', () => {
  it('reads names, shapes, metadata, rank 0 and empty tensors', () => {
    const bytes = file(
      {
        __metadata__: { format: 'pt' },
        b: entry('F32', [2], 4, 12),
        a: entry('F32', [], 0, 4),
        e: entry('F16', [3, 0], 12, 12),
      },
      12,
    );
    const header = readSafetensorsHeader(bytes, 'f');
    expect(header.metadata).toEqual(new Map([['format', 'pt']]));
    expect([...header.tensors].map(([name, { shape }]) => [name, shape])).toEqual([
      ['b', [2]],
      ['a', []],
      ['e', [3, 0]],
    ]);
    expect(readTensor(bytes, header, 'e', 'f')).toEqual(new Float32Array(0));
  });

  it('knows every integer type by its size, and refuses it as a weight', () => {
    const bytes = file({ a: entry('I64', [1], 0, 8), b: entry('BOOL', [3], 8, 11) }, 11);
    const header = readSafetensorsHeader(bytes, 'f');
    expect(() => readTensor(bytes, header, 'a', 'f')).toThrow('tensor a has dtype I64; allowed: F32, F16, BF16');
  });

  it.each([
    ['an empty file', new Uint8Array(0), 'too few'],
    ['a header longer than the file', new Uint8Array([255, 0, 0, 0, 0, 0, 0, 0, 123]), 'past the end'],
    ['a header of absurd length', new Uint8Array([0, 0, 0, 0, 0, 0, 0, 255, 123]), 'at most 100000000'],
    ['no JSON', file('{'), 'not JSON'],
    ['an array', file('[]'), 'not a JSON object'],
    ['leading space', file(' {}'), 'not a JSON object'],
    ['bad UTF-8', Uint8Array.of(4, 0, 0, 0, 0, 0, 0, 0, 123, 34, 255, 125), 'not JSON in UTF-8'],
    [
      'a name twice',
      file(
        '{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}',
        4,
      ),
      'twice',
    ],
    [
      'a name twice, once escaped',
      file(
        '{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"\\u0061":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}',
        4,
      ),
      'twice',
    ],
    ['a hole', file({ a: entry('F32', [1], 0, 4), b: entry('F32', [1], 8, 12) }, 12), 'begins at byte 8'],
    ['an overlap', file({ a: entry('F32', [2], 0, 8), b: entry('F32', [2], 4, 12) }, 12), 'begins at byte 4'],
    ['a first offset that is not 0', file({ a: entry('F32', [1], 4, 8) }, 8), 'begins at byte 4'],
    ['bytes after the last tensor', file({ a: entry('F32', [1], 0, 4) }, 5), 'the file at byte'],
    ['a truncated file', file({ a: entry('F32', [2], 0, 8) }, 7), 'the file at byte'],
    ['a shape that needs other bytes', file({ a: entry('F32', [3], 0, 8) }, 8), 'needs 12 bytes'],
    ['a product past 2^64', file({ a: entry('F32', [2 ** 40, 2 ** 40], 0, 0) }), 'needs'],
    ['end before begin', file({ a: entry('F32', [1], 4, 0) }, 4), 'needs 4 bytes'],
    ['an unknown dtype', file({ a: entry('F4', [1], 0, 1) }, 1), 'unknown dtype "F4"'],
    ['a negative size', file({ a: entry('F32', [-1], 0, 4) }, 4), 'no valid shape'],
    ['a fractional size', file({ a: entry('F32', [0.5], 0, 2) }, 2), 'no valid shape'],
    ['an offset missing', file({ a: { dtype: 'F32', shape: [1], data_offsets: [0] } }, 4), 'no valid data_offsets'],
    ['a number for a tensor', file({ a: 1 }), 'not described by an object'],
    ['metadata of numbers', file({ __metadata__: { a: 1 } }), '__metadata__.a is not a string'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readSafetensorsHeader(bytes, 'f')).toThrow(FileFormatError);
    expect(() => readSafetensorsHeader(bytes, 'f')).toThrow(message);
  });

  it('takes names like __proto__ for names', () => {
    const bytes = file(
      `{"__proto__":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"constructor":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}}`,
      4,
    );
    expect([...readSafetensorsHeader(bytes, 'f').tensors.keys()]).toEqual(['__proto__', 'constructor']);
  });

  it('survives hostile nesting', () => {
    const deep = `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
    expect(() => readSafetensorsHeader(file(deep), 'f')).toThrow(FileFormatError);
  });

  it('gives a value or a typed error for any bytes', () => {
    const good = writeSafetensors([{ name: 'a', shape: [2, 2], data: new Float32Array(4) }]);
    const damaged = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 4 }).map((edits) => {
      const copy = good.slice();
      for (const [position, value] of edits) copy[position] = value;
      return copy;
    });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 64 }),
          damaged,
          fc.string().map((text) => file(text)),
          fc.json().map((text) => file(text)),
        ),
        (bytes) => {
          try {
            const header = readSafetensorsHeader(bytes, 'f');
            const total = [...header.tensors.values()].reduce((sum, { begin, end }) => sum + end - begin, 0);
            expect(total).toBeLessThanOrEqual(bytes.length);
          } catch (error) {
            expect(error).toBeInstanceOf(FileFormatError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('readTensor', () => {
  const read16 = (dtype: string, bits: readonly number[]) => {
    const bytes = file(
      { a: entry(dtype, [bits.length], 0, 2 * bits.length) },
      new Uint8Array(Uint16Array.from(bits).buffer),
    );
    return [...readTensor(bytes, readSafetensorsHeader(bytes, 'f'), 'a', 'f')];
  };

  it('reads float16 exactly: zeros, subnormals, 1, the largest, infinity', () => {
    expect(read16('F16', [0, 0x8000, 1, 0x3ff, 0x3c00, 0xc000, 0x3555, 0x7bff, 0x7c00])).toEqual([
      0,
      -0,
      2 ** -24,
      1023 * 2 ** -24,
      1,
      -2,
      0.333251953125,
      65504,
      Infinity,
    ]);
  });

  it('reads bfloat16 exactly', () => {
    expect(read16('BF16', [0, 0x3f80, 0xbf80, 0x4049, 0x0001])).toEqual([0, 1, -1, 3.140625, 2 ** -133]);
  });

  it('reads from a Node Buffer that lies inside a pool, at any offset', () => {
    const pool = Buffer.alloc(200);
    const bytes = writeSafetensors([{ name: 'odd', shape: [2], data: Float32Array.of(1.5, -2) }], {});
    const at = pool.subarray(3, 3 + bytes.length);
    at.set(bytes);
    expect(readTensor(at, readSafetensorsHeader(at, 'f'), 'odd', 'f')).toEqual(Float32Array.of(1.5, -2));
  });
});

describe('writeSafetensors', () => {
  it('writes bfloat16 where a tensor was rounded to it: to the nearest, ties to even', () => {
    const halfway = 1 + 2 ** -8;
    const data = Float32Array.of(0, -0, 3.140625, halfway, 1 + 3 * 2 ** -8, halfway + 2 ** -20, -(2 ** -133));
    const bytes = writeSafetensors([
      roundToBfloat16({ name: 'half', shape: [7], data }),
      { name: 'whole', shape: [1], data: Float32Array.of(halfway) },
    ]);
    const header = readSafetensorsHeader(bytes, 'f');
    expect(header.tensors.get('half')).toMatchObject({ dtype: 'BF16', shape: [7] });
    const expected = [0, -0, 3.140625, 1, 1 + 2 ** -6, 1 + 2 ** -7, -(2 ** -133)];
    expect([...readTensor(bytes, header, 'half', 'f')]).toEqual(expected);
    expect([...readTensor(bytes, header, 'whole', 'f')]).toEqual([halfway]);
  });

  it('is read back bit for bit, whatever names and shapes', () => {
    const tensor = fc
      .tuple(fc.string({ minLength: 1 }), fc.array(fc.nat(4), { maxLength: 3 }))
      .chain(([name, shape]) =>
        fc
          .float32Array({ minLength: size(shape), maxLength: size(shape), noNaN: true })
          .map((data): NamedTensor => ({ name, shape, data: Float32Array.from(data) })),
      );
    const tensors = fc.uniqueArray(tensor, { selector: ({ name }) => name, maxLength: 6 });
    fc.assert(
      fc.property(tensors, fc.dictionary(fc.string(), fc.string()), (written, metadata) => {
        fc.pre(written.every(({ name }) => name !== '__metadata__') && !Object.hasOwn(metadata, '__proto__'));
        const bytes = writeSafetensors(written, metadata);
        const header = readSafetensorsHeader(bytes, 'f');
        expect([...header.metadata].sort()).toEqual(Object.entries(metadata).sort());
        expect(header.tensors.size).toBe(written.length);
        for (const { name, shape, data } of written) {
          expect(header.tensors.get(name)?.shape).toEqual(shape);
          expect(readTensor(bytes, header, name, 'f')).toEqual(data);
        }
      }),
    );
  });

  it('aligns the data to 8 bytes', () => {
    const bytes = writeSafetensors([{ name: 'abc', shape: [1], data: Float32Array.of(1) }]);
    expect(readSafetensorsHeader(bytes, 'f').tensors.get('abc')?.begin).toSatisfy((begin: number) => begin % 8 === 0);
  });
});

function size(shape: readonly number[]): number {
  return shape.reduce((product, one) => product * one, 1);
}
