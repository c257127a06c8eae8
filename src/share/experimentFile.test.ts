import { describe, expect, it } from 'vitest';
import { defaultExperiment } from '../experiment/parseExperiment';
import { catalogue } from '../store/experiment/catalogue';
import { formatExperimentFile, parseExperimentFile } from './experimentFile';

describe('experiment files', () => {
  it('come back the same', () => {
    expect(parseExperimentFile(formatExperimentFile(defaultExperiment), catalogue)).toEqual({
      ok: true,
      value: defaultExperiment,
    });
  });
  it.each([
    ['{', 'not JSON'],
    ['[]', 'refused'],
    ['{"steps":-1}', 'steps'],
    ['{"__proto__":{}}', 'forbidden'],
    [`"${'x'.repeat(300_000)}"`, 'longer than'],
  ])('say why %j is none', (text, reason) => {
    const parsed = parseExperimentFile(text, catalogue);
    expect(parsed.ok ? '' : parsed.reason).toContain(reason);
  });
});
