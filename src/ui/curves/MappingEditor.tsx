/** Confidence of a mistake -> weight of its penalty, over the confidences that the last rollout really had. */
import { useMemo, useState } from 'react';
import { easings } from '../../lib/curve';
import { mappings } from '../../confidence/parts/registry';
import type { NumberSpec } from '../../experiment/paramSpec';
import type { ConfidenceSpec } from '../../experiment/types';
import type { ConfidenceHistogram as Histogram } from '../../records/samples';
import { HelpTip } from '../controls/HelpTip';
import { IconButton } from '../controls/IconButton';
import { ConfidenceHistogram } from './ConfidenceHistogram';
import { CurveEditor } from './CurveEditor';
import { CurveTextEditor } from './CurveTextEditor';
import { KindStrip, type CurveKind } from './KindStrip';
import { convertMapping, mappingCurve, mappingKnots, mappingWeight } from './mappingCurve';
import { ShapeParameters } from './ScheduleEditor';
import { plotTop } from './yRange';

const TITLE = 'Penalty by confidence';
const HARD_MAX = 100;

interface MappingEditorProps {
  readonly value: ConfidenceSpec | null;
  readonly histogram: Histogram | null;
  readonly height: number;
  readonly onChange: (value: ConfidenceSpec | null) => void;
}

const none: CurveKind = { kind: 'none', label: 'None', help: 'Every mistake weighs the same.', evaluate: () => 1 };

export const mappingKinds: readonly CurveKind[] = [
  none,
  ...mappings.map(({ kind, label, help }) => {
    const typical = convertMapping({ kind: 'power', gamma: 1, min: 0.05, max: 1 }, kind);
    const free = (share: number): number => (share < 0.5 ? share * 0.4 : 0.2 + (share - 0.5) * 2);
    return { kind, label, help, evaluate: kind === 'curve' ? free : (share: number) => mappingWeight(typical, share) };
  }),
];

export function MappingEditor({ value, histogram, height, onChange }: MappingEditorProps): React.JSX.Element {
  const [asText, setAsText] = useState(false);
  const curve = useMemo(() => mappingCurve(value), [value]);
  const definition = mappings.find((candidate) => candidate.kind === value?.kind);
  const top = plotTop(
    curve.handles.map((handle) => handle.y),
    1.2,
    HARD_MAX,
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
        <IconButton label={`${TITLE} as text`} icon="copy" pressed={asText} onClick={() => setAsText(!asText)} />
      </header>
      <KindStrip
        title={TITLE}
        kinds={mappingKinds}
        current={value?.kind ?? 'none'}
        onChoose={(kind) => onChange(convertMapping(value, kind))}
      />
      {asText ? (
        <CurveTextEditor
          title={TITLE}
          knots={mappingKnots(value)}
          scale={1}
          yMin={0}
          yMax={HARD_MAX}
          onApply={(knots) => onChange({ ...value, kind: 'curve', knots })}
          onClose={() => setAsText(false)}
        />
      ) : (
        <CurveEditor
          title={TITLE}
          curve={curve}
          xAxis={{ min: 0, max: 1, step: 0.01, noun: 'confidence' }}
          yAxis={{ min: 0, max: HARD_MAX, step: 0.05, noun: 'weight' }}
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
          onCommit={onChange}
        />
      )}
      {value && (
        <>
          <ShapeParameters
            title={TITLE}
            params={(definition?.params ?? []).filter(
              (param): param is NumberSpec => param.kind === 'number' && param.key === 'steepness',
            )}
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
