/** The presets strip of a curve: one button per kind, with its shape. */
import { CurveSpark } from './CurveSpark';

export interface CurveKind {
  readonly kind: string;
  readonly label: string;
  readonly help: string;
  readonly evaluate: (share: number) => number;
}

interface KindStripProps {
  readonly title: string;
  readonly kinds: readonly CurveKind[];
  readonly current: string;
  readonly onChoose: (kind: string) => void;
}

export function KindStrip({ title, kinds, current, onChoose }: KindStripProps): React.JSX.Element {
  return (
    <div className="kind-strip" role="group" aria-label={`${title}: shape`}>
      {kinds.map((kind) => (
        <button
          key={kind.kind}
          type="button"
          className="kind-button"
          aria-pressed={kind.kind === current}
          aria-label={kind.label}
          title={`${kind.label}: ${kind.help}`}
          onClick={() => onChoose(kind.kind)}
        >
          <CurveSpark evaluate={kind.evaluate} />
        </button>
      ))}
    </div>
  );
}
