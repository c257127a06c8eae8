import { describe, expect, it } from 'vitest';
import { expandShader } from './shaderTemplate';
import { evaluateExpression, type TemplateConstants } from './templateExpression';

/** Expands the given lines as a.wgsl; `more` are further files. */
function expand(
  lines: readonly string[],
  constants: TemplateConstants = {},
  more: Record<string, string> = {},
): string[] {
  const sources = new Map(Object.entries({ ...more, 'a.wgsl': lines.join('\n') }));
  return expandShader('a.wgsl', sources, constants).split('\n');
}

describe('the shader preprocessor', () => {
  it('replaces expressions anywhere in a line, and leaves other text alone', () => {
    expect(expand(['let x = ${N}u + ${N * 2 + 1}u; // ${TEXT} #if'], { N: 3, TEXT: 'vec4f' })).toEqual([
      'let x = 3u + 7u; // vec4f #if',
    ]);
  });

  it('keeps one branch of a condition, with or without an else, nested', () => {
    const lines = ['//#if A', 'a', '//#if B == 2', 'b2', '//#else', 'b', '//#end', '//#else', 'none', '//#end', 'end'];
    expect(expand(lines, { A: 1, B: 2 })).toEqual(['a', 'b2', 'end']);
    expect(expand(lines, { A: 1, B: 3 })).toEqual(['a', 'b', 'end']);
    expect(expand(lines, { A: 0, B: 2 })).toEqual(['none', 'end']);
    expect(expand(['//#if A', 'a', '//#end'], { A: 0 })).toEqual(['']);
  });

  it('does not look at expressions in a branch that is left out', () => {
    expect(expand(['//#if A', '${UNKNOWN}', '//#else', 'b', '//#end'], { A: 0 })).toEqual(['b']);
  });

  it('repeats a block for each value of its range, end excluded, ranges being expressions', () => {
    const lines = ['  //#for i in 1..N', '//#for j in 0..i', 'v${i}_${j}', '//#end', '//#end'];
    expect(expand(lines, { N: 3 })).toEqual(['v1_0', 'v2_0', 'v2_1']);
    expect(expand(['x', '//#for i in 2..2', 'no', '//#end'])).toEqual(['x']);
  });

  it('indexes constants by NAME[expression]', () => {
    expect(expand(['//#for p in 0..2', '${OUT[p]}', '//#end'], { OUT0: 8, OUT1: 12 })).toEqual(['8', '12']);
  });

  it('includes other files under the same constants', () => {
    expect(expand(['//#include lib/b.wgsl', 'a'], { N: 2 }, { 'lib/b.wgsl': '//#if N == 2\nb${N}\n//#end' })).toEqual([
      'b2',
      'a',
    ]);
  });
});

describe('expressions', () => {
  it.each([
    ['2 + 3 * 4 - 1', 13],
    ['(2 + 3) * 4', 20],
    ['7 / 2', 3],
    ['-7 / 2', -3],
    ['7 % 4', 3],
    ['10 - 4 - 3', 3],
    ['1 < 2 && 2 <= 2 && 3 > 2 && 3 >= 3', 1],
    ['1 == 2 || !0', 1],
    ['!(N == 4)', 0],
    ['N != 4 ? 1 : N > 3 ? 2 : 3', 2],
    ['A == B', 0],
    ['TEXT', 'f32'],
    ['TEXT == TEXT', 1],
  ])('%s is %s', (text, value) => {
    expect(evaluateExpression(text, { N: 4, A: 1, B: 2, TEXT: 'f32' })).toBe(value);
  });

  it.each([
    ['N +', /ends too early/],
    ['(N', /expected '\)'/],
    ['N M', /unexpected 'M'/],
    ['N ? 1', /expected ':'/],
    ['missing + 1', /unknown name 'missing'/],
    ['toString', /unknown name 'toString'/],
    ['TEXT + 1', /not arithmetic/],
    ['N $ 2', /cannot read/],
    ['', /ends too early/],
  ])('%s is refused', (text, message) => {
    expect(() => evaluateExpression(text, { N: 4, M: 2, TEXT: 'f32' })).toThrow(message);
  });
});

describe('a mistake names file and line:', () => {
  it.each([
    ['unknown name', ['ok', '${nope}'], /^shader a\.wgsl line 2: unknown name 'nope'/],
    ['missing end', ['//#if 1', 'x'], /^shader a\.wgsl line 1: .*without \/\/#end/],
    ['stray end', ['x', 'y', '//#end'], /^shader a\.wgsl line 3: unexpected \/\/#end/],
    ['stray else', ['//#else'], /^shader a\.wgsl line 1: unexpected \/\/#else/],
    ['else of a loop', ['//#for i in 0..1', '//#else', '//#end'], /^shader a\.wgsl line 2: unexpected \/\/#else/],
    ['loop that cannot be read', ['//#for i from 0 to 2', '//#end'], /^shader a\.wgsl line 1: cannot read the loop/],
    [
      'include that is not there',
      ['x', '//#include lib/c.wgsl'],
      /^shader a\.wgsl line 2: no shader named lib\/c\.wgsl/,
    ],
    ['mistake in an included file', ['//#include lib/b.wgsl'], /^shader lib\/b\.wgsl line 2: unknown name 'oops'/],
    ['mistake inside a block', ['//#if 1', 'x', '${bad}', '//#end'], /^shader a\.wgsl line 3: unknown name 'bad'/],
  ])('%s', (_, lines, message) => {
    expect(() => expand(lines, {}, { 'lib/b.wgsl': 'fine\n${oops}' })).toThrow(message);
  });

  it('an unknown shader lists the known ones', () => {
    expect(() => expandShader('b.wgsl', new Map([['a.wgsl', '']]), {})).toThrow(
      'no shader named b.wgsl; known: a.wgsl',
    );
  });
});
