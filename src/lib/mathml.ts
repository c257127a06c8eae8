/** Presentation MathML as strings, for the formulas shown beside controls. Only our own constants are ever put in. */

const identifier = (name: string) => `<mi>${name}</mi>`;
const number = (value: number | string) => `<mn>${value}</mn>`;
export const operator = (symbol: string) => `<mo>${symbol}</mo>`;
export const row = (...parts: readonly string[]) => `<mrow>${parts.join('')}</mrow>`;
export const fraction = (above: string, below: string) => `<mfrac>${above}${below}</mfrac>`;
export const superscript = (base: string, exponent: string) => `<msup>${base}${exponent}</msup>`;
export const subscript = (base: string, index: string) => `<msub>${base}${index}</msub>`;
export const parenthesised = (...parts: readonly string[]) => row(operator('('), ...parts, operator(')'));
export const math = (...parts: readonly string[]) => `<math>${row(...parts)}</math>`;

/** Reads a compact notation, one token per blank: names become identifiers, digits numbers, the rest operators. */
export function tokens(text: string): string {
  return text
    .split(' ')
    .map((token) =>
      /^[\d.]+$/.test(token) ? number(token) : /^[\p{L}]+$/u.test(token) ? identifier(token) : operator(token),
    )
    .join('');
}
