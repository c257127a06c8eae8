/** Rows of cells of a comma-separated text (RFC 4180): quoted cells may hold commas, quotes and line breaks. At most `most` rows, a
 * longer text is cut there. Linear. */
export function parseCsv(text: string, most: number): string[][] {
  const rows: string[][] = [];
  let cells: string[] = [];
  let cell = '';
  let quoted = false;
  const endRow = () => {
    cells.push(cell);
    if (cells.length > 1 || cell !== '') rows.push(cells);
    cells = [];
    cell = '';
  };
  for (let at = 0; at < text.length && rows.length < most; at++) {
    const character = text.charAt(at);
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text.charAt(at + 1) === '"') {
        cell += '"';
        at++;
      } else quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === ',') {
      cells.push(cell);
      cell = '';
    } else if (character === '\n') endRow();
    else if (character !== '\r') cell += character;
  }
  if (rows.length < most) endRow();
  return rows;
}
