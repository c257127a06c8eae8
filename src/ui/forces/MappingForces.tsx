/** Under the mapping editor: the strip of forces by confidence, the forecast at the mapping under the hand, and the mapping that the
 * data ask for. */
import type { Knot } from '../../lib/curve';
import { changeWithPenalties, type Mix } from '../../records/forceForecast';
import type { ForceRow } from '../../records/forces';
import { ForecastTable } from './ForecastTable';
import { ageWords, shownMeasures } from './forceWords';
import { PenaltyStrip } from './PenaltyStrip';

interface MappingForcesProps {
  /** Of a method that reads lambda and beta. */
  readonly row: ForceRow;
  /** Rollouts done. */
  readonly step: number;
  /** Weights at the present step. */
  readonly mix: Mix;
  /** Weight of a mistake of that confidence, by the curve under the hand. */
  readonly weightAt: (confidence: number) => number;
  /** Divided by its mean over the mistakes. */
  readonly normalized: boolean;
  readonly left: number;
  readonly right: number;
  /** k of the Pass@k that the suggestion raises. */
  readonly wantedK: number;
  readonly onWantK: (k: number) => void;
  readonly suggested: readonly Knot[] | null;
  readonly onTake: (knots: readonly Knot[]) => void;
}

export function MappingForces(props: MappingForcesProps): React.JSX.Element {
  const { row, step, mix, weightAt, normalized, suggested, wantedK } = props;
  const shown = shownMeasures(row);
  const weights = row.bins.map(({ low, high }) => weightAt((low + high) / 2));
  const answers = row.bins.reduce((sum, bin) => sum + bin.answers, 0);
  const total = row.bins.reduce((sum, bin, index) => sum + bin.answers * (weights[index] ?? 0), 0);
  const scale = normalized && total > 0 ? answers / total : 1;
  const scaled = weights.map((weight) => scale * weight);
  const changes = shown.map(({ measure }) => changeWithPenalties(row, measure, mix, scaled));
  const ks = shown.flatMap(({ measure: { k } }) => (k === null ? [] : [k]));
  return (
    <>
      <PenaltyStrip row={row} mix={mix} left={props.left} right={props.right} />
      <ForecastTable
        title="With this mapping"
        shown={shown}
        lines={[{ label: 'with this mapping', changes, errors: null }]}
        age={ageWords(row, step)}
      />
      <div className="strip-foot">
        <span>
          {suggested
            ? 'Dotted: the mapping that raises most, for this batch,'
            : 'No penalty by confidence raises, for this batch,'}
        </span>
        <span className="toolbar-pair" role="group" aria-label="Pass@k that the suggested mapping raises">
          {ks.map((k) => (
            <button
              key={k}
              type="button"
              className="button button-small"
              aria-pressed={k === wantedK}
              onClick={() => props.onWantK(k)}
            >
              pass@{k}
            </button>
          ))}
        </span>
        {suggested && (
          <button type="button" className="button button-small" onClick={() => props.onTake(suggested)}>
            Take it
          </button>
        )}
      </div>
    </>
  );
}
