/** A piece of an answer's text. */
export interface Token {
  readonly kind: 'number' | 'name' | 'function' | 'words' | 'command' | 'symbol';
  readonly text: string;
  /** Whether white space stood before it. */
  readonly space: boolean;
  /** Of a number: the digits under an overline, which repeat for ever. */
  readonly repeating?: string;
}
