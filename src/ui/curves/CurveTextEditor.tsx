/** The curve as text: copy it out, paste one in. */
import { useId, useState } from 'react';
import type { Knot } from '../../lib/curve';
import { formatKnots, parseKnots } from './curveText';

interface CurveTextEditorProps {
  readonly title: string;
  readonly knots: readonly Knot[];
  readonly scale: number;
  readonly yMin: number;
  readonly yMax: number;
  readonly onApply: (knots: readonly Knot[]) => void;
  readonly onClose: () => void;
}

export function CurveTextEditor(props: CurveTextEditorProps): React.JSX.Element {
  const drawn = formatKnots(props.knots, props.scale);
  const [{ text, from }, setText] = useState({ text: drawn, from: drawn });
  // Beside the curve the text follows the hand, until somebody writes in it.
  if (from !== drawn && text === from) setText({ text: drawn, from: drawn });
  const [message, setMessage] = useState('');
  const id = useId();
  const apply = (): void => {
    const parsed = parseKnots(text, props.scale, props.yMin, props.yMax);
    if (!parsed.ok) return setMessage(parsed.reason);
    props.onApply(parsed.knots);
    props.onClose();
  };
  return (
    <div className="curve-text">
      <label htmlFor={id}>{props.title} as text: position:value, easing after it</label>
      <textarea
        id={id}
        className="field-input mono"
        rows={3}
        spellCheck={false}
        value={text}
        onChange={(event) => setText({ text: event.target.value, from })}
      />
      <p className="negative" role="status">
        {message}
      </p>
      <div className="button-row">
        <button type="button" className="button button-small button-primary" onClick={apply}>
          Apply
        </button>
        <button
          type="button"
          className="button button-small"
          onClick={() =>
            void navigator.clipboard.writeText(text).then(
              () => setMessage('Copied'),
              () => setMessage('The browser refused the clipboard; select and copy'),
            )
          }
        >
          Copy
        </button>
        <button type="button" className="button button-small" onClick={props.onClose}>
          Cancel
        </button>
      </div>
    </div>
  );
}
