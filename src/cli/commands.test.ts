import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { nsr, temporaryFolder } from './nsr.fixture';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function inFolder(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe('nsr', () => {
  it('prints the adapter as one line of JSON on stdout', () => {
    const { status, stdout } = nsr('info', '--adapter', 'lavapipe');
    expect(status).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(stdout)).toMatchObject({
      adapter: { software: true },
      features: expect.arrayContaining([]) as unknown,
    });
  });

  it.each([
    ['an unknown command', ['nonsense'], 'nsr: command: "nonsense" is not allowed; allowed: '],
    [
      'an unknown option',
      ['info', '--verbose'],
      'nsr: option: "--verbose" is not allowed; allowed: --adapter, --force, --help',
    ],
    ['a stray word', ['info', 'now'], 'nsr: argument: "now" is not allowed'],
    ['an option without its value', ['grade', '--task'], 'nsr: --task: "nothing" is not allowed; allowed: NAME'],
    [
      'an unknown driver',
      ['info', '--adapter', 'magic'],
      'nsr: --adapter: "magic" is not allowed; allowed: default, lavapipe, swiftshader',
    ],
    [
      'a missing folder',
      ['grad', '--case', 'nowhere', '--out', join(folder, 'no')],
      'nsr: --case: "nowhere/batch.json" is not allowed',
    ],
    [
      'an unknown model',
      ['forward', '--model', '../nowhere', '--tokens', 'x', '--out', join(folder, 'no')],
      'nsr: --model: "../nowhere" is not allowed',
    ],
  ])('answers %s with one line and exit code 2', (_, args, message) => {
    const { status, stdout, stderr } = nsr(...args);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });
});

describe('nsr grade', () => {
  const rows = inFolder(
    'rows.jsonl',
    '{"prompt":"3488=20:","completion":"3*8+4-8"}\n\n{"prompt":"3488=21:","response":"3*8+4-8"}\n',
  );

  it('writes a verdict for each row', () => {
    const out = join(folder, 'verdicts.jsonl');
    const { stdout } = nsr('grade', '--task', 'countdown', '--file', rows, '--out', out);
    expect(JSON.parse(stdout)).toEqual({ out, rows: 2, correct: 1 });
    const verdicts = readFileSync(out, 'utf8').trim().split('\n');
    expect(verdicts.map((line) => (JSON.parse(line) as { reward: number }).reward)).toEqual([1, 0]);
  });

  it('overwrites only with --force', () => {
    const out = inFolder('precious.jsonl', 'precious');
    const args = ['grade', '--task', 'countdown', '--file', rows, '--out', out];
    const { status, stderr } = nsr(...args);
    expect(status).toBe(2);
    expect(stderr).toContain('or --force');
    expect(readFileSync(out, 'utf8')).toBe('precious');
    expect(nsr(...args, '--force').status).toBe(0);
    expect(readFileSync(out, 'utf8')).not.toBe('precious');
  });

  it.each([
    ['no JSON', 'oops', ':1: "oops" is not allowed'],
    ['a number for a prompt', '{"prompt":5,"completion":""}', ':1: prompt: 5 is not allowed; allowed: string'],
    ['no answer', '{"prompt":"3488=20:"}', 'prompt and completion (or response)'],
    ['a prompt of another task', '{"prompt":"34+58:","completion":"92"}', ':1: prompt: "34+58:" is not allowed'],
  ])('names file and line of a row with %s', (_, row, message) => {
    const file = inFolder('bad.jsonl', `${row}\n`);
    const { status, stderr } = nsr('grade', '--task', 'countdown', '--file', file, '--out', join(folder, 'none'));
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });
});
