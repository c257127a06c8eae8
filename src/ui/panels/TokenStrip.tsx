/** An answer token by token, coloured by how hard each is pushed; a click puts it under the lens. */
import { useState } from 'react';
import { useSession } from '../../store/session';
import type { Sample } from '../../records/samples';
import { inspectToken } from './tokenChoice';
import { visibleToken } from './visibleToken';

interface TokenStripProps {
  readonly sample: Sample;
  /** Whether its tokens can be looked into. */
  readonly inspectable: boolean;
  /** Position that is under the lens, to be marked. */
  readonly chosen?: number;
}

/** Longer answers are folded. */
const FOLDED = 48;
/** So many tokens stand in one line. */
const ONE_LINE = 16;

export function TokenStrip({ sample, inspectable, chosen }: TokenStripProps): React.JSX.Element {
  const set = useSession((state) => state.set);
  const [unfolded, setUnfolded] = useState(false);
  const { tokens } = sample;
  const long = tokens.length > FOLDED;
  // words in place of characters, or too many of them for a line
  const wraps = long || tokens.length > ONE_LINE;
  // A token under the lens is in sight.
  const shown = long && !unfolded ? tokens.slice(0, Math.max(FOLDED, (chosen ?? -1) + 1)) : tokens;
  return (
    <span className={`token-strip ${wraps ? 'token-strip-long' : ''}`}>
      {shown.map((token, position) => {
        const text = visibleToken(token.text);
        const about = `p ${Math.exp(token.logp).toFixed(3)}, push ${signed(token.push)}`;
        return inspectable ? (
          <button
            key={position}
            type="button"
            className="token"
            style={pushStyle(token.push)}
            title={about}
            aria-label={`Token ${text === '⏎' ? token.text : text}, push ${token.push.toFixed(2)}`}
            aria-pressed={chosen === undefined ? undefined : chosen === position}
            onClick={() => {
              inspectToken.setState({ sample: sample.index, position });
              set({ drawerTab: 'token' });
            }}
          >
            {text}
          </button>
        ) : (
          <span key={position} className="token token-plain" style={pushStyle(token.push)} title={about}>
            {text}
          </span>
        );
      })}
      {long && (
        <button
          type="button"
          className="button button-small button-quiet"
          aria-expanded={unfolded}
          onClick={() => setUnfolded(!unfolded)}
        >
          {unfolded ? 'fold' : `${tokens.length - shown.length} more`}
        </button>
      )}
    </span>
  );
}

/** With a real minus sign. */
const signed = (value: number): string => value.toFixed(3).replace('-', '−');

/** Opacity by the size of the push, colour by its sign; 0 stays paper. */
function pushStyle(push: number): React.CSSProperties {
  const strength = Math.min(1, Math.abs(push)) * 62;
  if (!Number.isFinite(strength) || strength < 1) return {};
  return {
    background: `color-mix(in srgb, var(${push > 0 ? '--positive' : '--negative'}) ${strength.toFixed(0)}%, transparent)`,
  };
}
