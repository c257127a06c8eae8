import { describe, expect, it } from 'vitest';
import { InputError } from '../../lib/errors';
import { problemsParquet } from './parquet.fixture';
import { readDatasetFile } from './readDatasetFile';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string) => readDatasetFile('rows', bytes(text));

describe('a file of rows', () => {
  it('is JSON lines or a JSON list; numbers become text, what holds several values is left out', async () => {
    const rows = [
      { problem: 'a', answer: '1' },
      { problem: 'b', answer: '2.5' },
    ];
    expect(await read('{"problem":"a","answer":1,"tags":["x"]}\r\n\n{"problem":"b","answer":2.5}')).toEqual(rows);
    expect(await read(' [{"problem":"a","answer":1},{"problem":"b","answer":2.5,"solution":null}]')).toEqual(rows);
  });

  it('is Parquet, with Snappy', async () => {
    expect(await readDatasetFile('rows.parquet', problemsParquet())).toEqual([
      { problem: 'What is 1 + 1?', answer: '2' },
      { problem: 'What is 2 + 3?', answer: '5' },
      { problem: 'What is 3 + 5?', answer: '8' },
    ]);
  });

  it.each([
    ['nothing', '', 'no rows'],
    ['a page of HTML', '<!doctype html><p>404', 'a page of HTML'],
    ['a line that is no JSON', '{"a":1}\n{"a":', 'rows:2'],
    ['a line that is no row', '{"a":1}\n[1,2]', 'rows:2'],
    ['a list of no rows', '[1,2]', 'row 1'],
    ['a broken list', '[{"a":1},', 'a JSON list of rows'],
    ['a cell of a megabyte', JSON.stringify({ problem: 'x'.repeat(1_000_000), answer: '' }), 'rows:1'],
    ['nesting without end', `{"a":${'['.repeat(100_000)}`, 'rows:1'],
    ['more rows than any data set has', '{"a":1}\n'.repeat(200_001), '200001 rows'],
  ])('that is %s is refused by name', async (_, text, message) => {
    const refused = read(text);
    await expect(refused).rejects.toThrow(InputError);
    await expect(refused).rejects.toThrow(message);
  });

  it('that is no text is refused', async () => {
    await expect(readDatasetFile('rows', Uint8Array.of(0xff, 0xfe, 0x80))).rejects.toThrow('bytes that are no text');
  });

  it('that is broken Parquet is refused, wherever it breaks', async () => {
    const whole = problemsParquet();
    for (let at = 4; at < whole.length; at += 7) {
      const broken = whole.slice();
      broken.fill(0xff, at, at + 5);
      // Either it is refused by name, or what is left can be read.
      const rows = await readDatasetFile('rows', broken).catch((error: unknown) => error);
      if (!Array.isArray(rows)) expect(rows).toBeInstanceOf(InputError);
      await expect(readDatasetFile('rows', whole.slice(0, at))).rejects.toThrow(InputError);
    }
  });
});
