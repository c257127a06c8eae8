import { unzipSync } from 'fflate';
import { expect, it } from 'vitest';
import { fileBlobs, zipBlob } from './modelBlobs';
import type { StreamedFile } from './modelExport';

const MIB = 2 ** 20;
const bytesOf = async (blob: Blob): Promise<Uint8Array> => new Uint8Array(await blob.arrayBuffer());

/** Pieces of 3 MiB, each of its own value. */
function weights(pieces: number): StreamedFile {
  return {
    path: 'model.safetensors',
    parts: function* () {
      for (let index = 0; index < pieces; index++) yield new Uint8Array(3 * MIB).fill(index + 1);
    },
  };
}
const card: StreamedFile = { path: 'README.md', parts: () => [new TextEncoder().encode('# card\n')] };
const empty: StreamedFile = { path: 'empty', parts: () => [] };

it('a zip has every file, byte for byte, and the packer pauses on the way', async () => {
  let pauses = 0;
  const zip = await zipBlob([card, weights(15), empty], async () => void pauses++);
  const files = unzipSync(await bytesOf(zip));
  expect(Object.keys(files)).toEqual(['README.md', 'model.safetensors', 'empty']);
  expect(new TextDecoder().decode(files['README.md'])).toBe('# card\n');
  const read = files['model.safetensors'] ?? new Uint8Array();
  expect(read.length).toBe(45 * MIB);
  expect(Array.from({ length: 15 }, (_, index) => read[index * 3 * MIB])).toEqual(
    Array.from({ length: 15 }, (_, index) => index + 1),
  );
  expect(files['empty']).toHaveLength(0);
  expect(pauses).toBe(2);
});

it('the same files on their own', async () => {
  const [first, second] = await fileBlobs([card, weights(2)], () => Promise.resolve());
  expect(await first?.content.text()).toBe('# card\n');
  expect(second?.path).toBe('model.safetensors');
  expect(second?.content.size).toBe(6 * MIB);
});

it('refuses more than a zip holds and names the way out', async () => {
  await expect(zipBlob([weights(4)], () => Promise.resolve(), 10 * MIB)).rejects.toThrow(/save a folder/);
});
