/** Presentation MathML as strings, for the formulas shown beside controls. Only our own constants are ever put in. */

export const identifier = (name: string) => `<mi>${name}</mi>`;
const number = (value: number | string) => `<mn>${value}</mn>`;
export const operator = (symbol: string) => `<mo>${symbol}</mo>`;
export const row = (...parts: readonly string[]) => `<mrow>${parts.join('')}</mrow>`;
export const fraction = (above: string, below: string) => `<mfrac>${above}${below}</mfrac>`;
export const superscript = (base: string, exponent: string) => `<msup>${base}${exponent}</msup>`;
export const subscript = (base: string, index: string) => `<msub>${base}${index}</msub>`;
export const parenthesised = (...parts: readonly string[]) => row(operator('('), ...parts, operator(')'));
export const math = (...parts: readonly string[]) => `<math>${row(...parts)}</math>`;

const isWord = (token: string | undefined): boolean => token !== undefined && /^\p{L}{2,}$/u.test(token);
const conditions = new Set(['if', 'of', 'no']);

/** Reads a compact notation, one token per blank: names become identifiers, digits numbers, the rest operators. Words are kept
 * apart, which MathML by itself does not do. */
export function tokens(text: string): string {
  const all = text.split(' ');
  return all
    .map((token, index) => {
      if (conditions.has(token)) return `<mtext>&#xA0;${token}&#xA0;</mtext>`;
      if (/^[\d.]+$/.test(token)) return number(token);
      if (!/^[\p{L}]+$/u.test(token)) return operator(token);
      const space = isWord(token) && isWord(all[index - 1]) && !conditions.has(all[index - 1] ?? '');
      return `${space ? '<mspace width="0.3em"/>' : ''}${identifier(token)}`;
    })
    .join('');
}
