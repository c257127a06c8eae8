/** One scheduled quantity of the experiment: its curve, its shape strip, its parameters and what it is at this moment. */
import { useMemo, useState } from 'react';
import { easings } from '../../lib/curve';
import type { Scheduled } from '../../experiment/types';
import { findSchedule, schedules } from '../../schedules/parts/registry';
import { HelpTip } from '../controls/HelpTip';
import { IconButton } from '../controls/IconButton';
import { CurveEditor } from './CurveEditor';
import type { CurveMarker } from './CurveCanvas';
import type { CurvePoint, EditableCurve } from './curveModel';
import { CurveTextEditor } from './CurveTextEditor';
import { KindStrip, type CurveKind } from './KindStrip';
import { formatTick } from './plotScale';
import {
  asKnots,
  convertSchedule,
  isPlain,
  kindOf,
  knotsSchedule,
  scheduleBand,
  scheduleCurve,
  scheduleValue,
} from './scheduleCurve';
import { ShapeParameters } from './ShapeParameters';
import { logFloor, plotTop } from './yRange';

export interface ScheduleField {
  readonly path: string;
  readonly title: string;
  readonly symbol: string;
  readonly noun: string;
  readonly help: string;
  readonly tone: 'negative' | 'positive' | 'neutral';
  readonly min: number;
  readonly max: number;
  /** The plot reaches at least this high. */
  readonly leastTop: number;
  readonly step: number;
  readonly logY: boolean;
}

/** Of the plot within the card, so that a step stands above the same step of a chart below (charts/ChartSurface.tsx: 8 px of
 * padding, 44 of the axis; 4 and 30). */
const chartMargin = { left: 44, right: 26 };

interface ScheduleEditorProps {
  readonly field: ScheduleField;
  readonly value: Scheduled;
  readonly totalSteps: number;
  /** Rollout step at which an edit would act; null before a run. */
  readonly playhead: number | null;
  readonly accuracy: number;
  readonly past: readonly CurvePoint[];
  readonly original: readonly CurvePoint[] | null;
  readonly markers: readonly CurveMarker[];
  readonly height: number;
  /** Over the full width, its time axis that of the charts below it. */
  readonly wide: boolean;
  /** Makes it so or takes it back; null where there is no room. */
  readonly onWide: (() => void) | null;
  /** A level that the data ask for, dotted from the playhead on; null for none. */
  readonly hint?: number | null;
  /** Under the plot, for the value at the playhead by the curve under the hand. */
  readonly beneath?: ((now: number) => React.ReactNode) | undefined;
  readonly onChange: (value: Scheduled) => void;
}

export function ScheduleEditor(props: ScheduleEditorProps): React.JSX.Element {
  const { field, value, totalSteps, playhead, accuracy, hint = null, beneath } = props;
  const [logY, setLogY] = useState(field.logY);
  const [asText, setAsText] = useState(false);
  const frame = useMemo(() => ({ totalSteps, frozenBefore: playhead, accuracy }), [totalSteps, playhead, accuracy]);
  const curve = useMemo(() => scheduleCurve(value, frame), [value, frame]);
  const kind = kindOf(value);
  const definition = findSchedule(kind);
  const heights = [...curve.handles.map((handle) => handle.y), ...props.past.map((point) => point.y)];
  const top = plotTop(heights, field.leastTop, field.max);
  const now = playhead === null ? null : scheduleValue(value, playhead, frame);

  return (
    <section
      className={`panel curve-card tone-${field.tone} ${props.wide ? 'curve-wide' : ''}`}
      aria-label={field.title}
      data-curve={field.path}
    >
      <header className="curve-head">
        <h3>
          <i className="curve-symbol">{field.symbol}</i> {field.title}
        </h3>
        <HelpTip
          label={field.title}
          text={field.help}
          formula={definition?.formula.text}
          mathml={definition?.formula.mathml}
        >
          {definition && <p className="muted">{definition.help}</p>}
        </HelpTip>
        <span className="spacer" />
        <output className="curve-now" aria-label={`${field.title} now`}>
          {formatTick(now ?? scheduleValue(value, 0, frame))}
          {!isPlain(kind) && now === null && (
            <span className="muted"> → {formatTick(scheduleValue(value, totalSteps, frame))}</span>
          )}
        </output>
        <button
          type="button"
          className="button button-small button-quiet"
          aria-pressed={logY}
          onClick={() => setLogY(!logY)}
        >
          log
        </button>
        {props.onWide && (
          <IconButton
            label={props.wide ? `${field.title} back to its place` : `${field.title} over the full width`}
            icon={props.wide ? 'close' : 'wide'}
            onClick={props.onWide}
          />
        )}
        <IconButton label={`${field.title} as text`} icon="text" pressed={asText} onClick={() => setAsText(!asText)} />
      </header>
      <KindStrip
        title={field.title}
        kinds={scheduleKinds}
        current={kind}
        onChoose={(next) => props.onChange(convertSchedule(value, next, frame))}
      />
      {asText && (
        <CurveTextEditor
          title={field.title}
          knots={asKnots(value, frame)}
          scale={totalSteps}
          yMin={field.min}
          yMax={field.max}
          onApply={(knots) => props.onChange(knotsSchedule(value, knots))}
          onClose={() => setAsText(false)}
        />
      )}
      {(!asText || props.wide) && (
        <CurveEditor
          title={field.title}
          curve={curve}
          xAxis={{ min: 0, max: totalSteps, step: 1, noun: 'step' }}
          yAxis={{ min: field.min, max: field.max, step: field.step, noun: field.noun }}
          yTop={top}
          logY={logY}
          logFloor={logFloor(heights, top)}
          height={props.height}
          {...(props.wide ? { margin: chartMargin } : {})}
          tone={field.tone}
          easings={easings}
          playhead={playhead}
          past={props.past}
          original={props.original}
          hint={hint === null ? null : [playhead ?? 0, totalSteps].map((x) => ({ x, y: hint }))}
          beneath={beneath && ((shown: EditableCurve<Scheduled>) => beneath(shown.evaluate(playhead ?? 0)))}
          band={scheduleBand(value)}
          markers={props.markers}
          onCommit={props.onChange}
        />
      )}
      {typeof value !== 'number' && (
        <ShapeParameters
          title={field.title}
          params={definition?.params ?? []}
          spec={value}
          onChange={(key, next) => props.onChange({ ...value, [key]: next })}
        />
      )}
    </section>
  );
}

/** A run of 100 steps that nobody has begun: what the drawings on the buttons are made with. */
const typicalFrame = { totalSteps: 100, frozenBefore: null, accuracy: 0.5 };

export const scheduleKinds: readonly CurveKind[] = schedules.map(({ kind, label, help, spark }) => {
  const typical = convertSchedule(1, kind, typicalFrame);
  return {
    kind,
    label,
    help,
    evaluate: spark ?? ((share) => scheduleValue(typical, share * typicalFrame.totalSteps, typicalFrame)),
  };
});
