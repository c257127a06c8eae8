/** Confidence of a mistake -> weight of its penalty, over the confidences that the last rollout really had. */
import { useMemo, useState } from 'react';
import { easings, evaluateCurve, type Knot } from '../../lib/curve';
import { findMapping, mappings } from '../../confidence/parts/registry';
import { largestWeight } from '../../confidence/parts/shared';
import type { ConfidenceSpec } from '../../experiment/types';
import type { ConfidenceHistogram as Histogram } from '../../records/samples';
import { HelpTip } from '../controls/HelpTip';
import { IconButton } from '../controls/IconButton';
import { ConfidenceHistogram } from './ConfidenceHistogram';
import { CurveEditor } from './CurveEditor';
import type { CurvePoint } from './curveModel';
import { CurveTextEditor } from './CurveTextEditor';
import { KindStrip, type CurveKind } from './KindStrip';
import { convertMapping, knotsMapping, mappingCurve, mappingKnots, mappingWeight, noMapping } from './mappingCurve';
import { ShapeParameters } from './ShapeParameters';
import { plotTop } from './yRange';

const TITLE = 'Penalty by confidence';

interface MappingEditorProps {
  readonly value: ConfidenceSpec | null;
  readonly histogram: Histogram | null;
  readonly height: number;
  /** Knots of the mapping that the data ask for, dotted; null for none. */
  readonly hint: readonly Knot[] | null;
  /** Under the plot, for the curve under the hand; `take` puts knots in its place. */
  readonly beneath?:
    ((shown: ConfidenceSpec | null, take: (knots: readonly Knot[]) => void) => React.ReactNode) | undefined;
  readonly onChange: (value: ConfidenceSpec | null) => void;
}

/** Level before the first and after the last knot, as it would be in force. */
const hintPoints = (knots: readonly Knot[]): CurvePoint[] =>
  [0, ...knots.map(([x]) => x), 1].map((x) => ({ x, y: evaluateCurve(knots, x) }));

const none: CurveKind = { kind: noMapping, label: 'None', help: 'Every mistake weighs the same.', evaluate: () => 1 };

export const mappingKinds: readonly CurveKind[] = [
  none,
  ...mappings.map(({ kind, label, help, spark }) => {
    const typical = convertMapping(null, kind);
    return { kind, label, help, evaluate: spark ?? ((share: number) => mappingWeight(typical, share)) };
  }),
];

export function MappingEditor({
  value,
  histogram,
  height,
  hint,
  beneath,
  onChange,
}: MappingEditorProps): React.JSX.Element {
  const [asText, setAsText] = useState(false);
  const curve = useMemo(() => mappingCurve(value), [value]);
  const definition = value && findMapping(value.kind);
  const top = plotTop(
    [...curve.handles.map((handle) => handle.y), ...(hint ?? []).map(([, y]) => y)],
    1.2,
    largestWeight,
  );
  return (
    <section className="panel curve-card tone-negative" aria-label={TITLE} data-curve="objective.confidence">
      <header className="curve-head">
        <h3>
          <i className="curve-symbol">w</i> {TITLE}
        </h3>
        <HelpTip
          label={TITLE}
          text="Weight of a mistake by how sure the model was of it. Confidence is exp of the mean log-probability of the answer, from the rollout, without a gradient through it. Right answers always weigh 1."
          formula={definition?.formula.text ?? 'w = 1'}
          mathml={definition?.formula.mathml}
        >
          <p className="muted">
            Grey: mistakes of the last rollout. Line: right answers. Vermillion: where the penalty goes, weight × |A|.
          </p>
        </HelpTip>
        <span className="spacer" />
        <IconButton label={`${TITLE} as text`} icon="text" pressed={asText} onClick={() => setAsText(!asText)} />
      </header>
      <KindStrip
        title={TITLE}
        kinds={mappingKinds}
        current={value?.kind ?? noMapping}
        onChoose={(kind) => onChange(convertMapping(value, kind))}
      />
      {asText ? (
        <CurveTextEditor
          title={TITLE}
          knots={mappingKnots(value)}
          scale={1}
          yMin={0}
          yMax={largestWeight}
          onApply={(knots) => onChange(knotsMapping(value, knots))}
          onClose={() => setAsText(false)}
        />
      ) : (
        <CurveEditor
          title={TITLE}
          curve={curve}
          xAxis={{ min: 0, max: 1, step: 0.01, noun: 'confidence' }}
          yAxis={{ min: 0, max: largestWeight, step: 0.05, noun: 'weight' }}
          yTop={top}
          height={height}
          tone="negative"
          easings={easings}
          underlay={(xScale, yScale) =>
            histogram && (
              <ConfidenceHistogram
                histogram={histogram}
                xScale={xScale}
                top={yScale.toPixel(top)}
                floor={yScale.toPixel(0)}
              />
            )
          }
          hint={hint && hintPoints(hint)}
          beneath={beneath && ((shown) => beneath(shown.value, (knots) => onChange(knotsMapping(value, knots))))}
          onCommit={onChange}
        />
      )}
      {value && (
        <>
          <ShapeParameters
            title={TITLE}
            params={definition?.params ?? []}
            spec={value}
            onChange={(key, next) => onChange({ ...value, [key]: next })}
          />
          <div className="mapping-options">
            <label>
              <input
                type="checkbox"
                checked={value.normalize === true}
                onChange={(event) => onChange({ ...value, normalize: event.target.checked })}
              />{' '}
              equal budget
            </label>
            <label>
              per{' '}
              <select
                className="field-input"
                value={value.scope ?? 'sequence'}
                onChange={(event) =>
                  onChange({ ...value, scope: event.target.value === 'token' ? 'token' : 'sequence' })
                }
              >
                <option value="sequence">answer</option>
                <option value="token">token</option>
              </select>
            </label>
          </div>
        </>
      )}
    </section>
  );
}
