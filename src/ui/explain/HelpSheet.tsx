/** Shortcuts, glossary and sources in one sheet. */
import { useEffect, useRef } from 'react';
import { useSession } from '../../store/session';
import { Formula } from '../controls/Formula';
import { glossary, sources } from './glossary';

const keys: readonly (readonly [string, string])[] = [
  ['Space', 'train, pause'],
  ['.', 'one rollout step'],
  ['R', 'restart'],
  ['S', 'share'],
  ['Ctrl or ⌘ Z', 'undo; with Shift redo'],
  ['L', 'log axis'],
  ['1 – 9', 'show or hide a run; with Shift show it alone'],
  ['?', 'this sheet'],
  ['Arrows', 'move a knot; Shift ×10, Alt ×0.1'],
  ['Delete', 'remove a knot'],
  ['Enter', 'exact numbers of a knot'],
];

export function HelpSheet({ onClose }: { readonly onClose: () => void }): React.JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const shortcuts = useSession((state) => state.shortcuts);
  const set = useSession((state) => state.set);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="sheet" aria-labelledby="help-title" onClose={onClose}>
      <header className="sheet-head">
        <h2 id="help-title">Help</h2>
        <span className="spacer" />
        <a className="button button-small" href="./guide.html" target="_blank" rel="noreferrer">
          Guide with pictures
        </a>
        <button
          type="button"
          className="button button-small"
          onClick={() => {
            set({ tourSeen: false });
            dialog.current?.close();
          }}
        >
          Show the tour
        </button>
        <button type="button" className="button button-small" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </header>
      <div className="sheet-body">
        <section>
          <h3>Keys</h3>
          <label className="check-line">
            <input type="checkbox" checked={shortcuts} onChange={(event) => set({ shortcuts: event.target.checked })} />{' '}
            single-key shortcuts
          </label>
          <dl className="key-list">
            {keys.map(([key, what]) => (
              <div key={key}>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{what}</dd>
              </div>
            ))}
          </dl>
        </section>
        <section>
          <h3>While it trains</h3>
          <p>
            Training goes on in a tab that lies behind others; only the charts wait until you look. Only one tab trains:
            a second one shows what is stored. Every ten steps a copy of the weights is kept, and a run that was cut off
            goes on from there to the same numbers.
          </p>
        </section>
        <section>
          <h3>Words</h3>
          <dl className="glossary">
            {glossary.map((entry) => (
              <div key={entry.term}>
                <dt>{entry.term}</dt>
                <dd>
                  {entry.text}
                  {entry.formula && <Formula text={entry.formula.text} mathml={entry.formula.mathml} />}
                </dd>
              </div>
            ))}
          </dl>
        </section>
        <section>
          <h3>Sources</h3>
          <ul className="source-list">
            {sources.map((source) => (
              <li key={source.url}>
                <a href={source.url} target="_blank" rel="noreferrer">
                  {source.title}
                </a>
              </li>
            ))}
          </ul>
        </section>
      </div>
    </dialog>
  );
}
