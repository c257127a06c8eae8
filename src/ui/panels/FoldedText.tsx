/** A text of several lines, folded to its beginning until it is asked for. */
import { useState } from 'react';

const SHOWN = 160;
/** So many characters stand in one line. */
const ONE_LINE = 24;

export function FoldedText({ text, what }: { readonly text: string; readonly what: string }): React.JSX.Element {
  const [open, setOpen] = useState(false);
  if (text.length <= SHOWN)
    return <span className={`folded-text ${text.length > ONE_LINE ? 'folded-text-long' : ''}`}>{text}</span>;
  return (
    <span className="folded-text folded-text-long">
      {open ? text : `${text.slice(0, SHOWN)}…`}{' '}
      <button
        type="button"
        className="button button-small button-quiet"
        aria-expanded={open}
        aria-label={`${open ? 'Fold' : 'Show all of'} the ${what}`}
        onClick={() => setOpen(!open)}
      >
        {open ? 'fold' : 'all'}
      </button>
    </span>
  );
}
