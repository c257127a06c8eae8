/** Answers of the last rollout: verdict with the verifier's reason, confidence, weight, advantage, and each token coloured by how hard it is pushed. */
import { useState } from 'react';
import { useRuns } from '../../store/runs/runs';
import type { Sample } from '../../records/samples';
import { Icon } from '../controls/Icon';
import { FoldedText } from './FoldedText';
import { SCROLLABLE } from './scrollable';
import { TokenStrip } from './TokenStrip';
import { useInspectable } from './useInspectable';
import { WatchRecorded } from './WatchRecorded';

type Filter = 'all' | 'right' | 'wrong' | 'truncated';
const filters: readonly Filter[] = ['all', 'right', 'wrong', 'truncated'];

const matches = (sample: Sample, filter: Filter): boolean =>
  filter === 'all' ||
  (filter === 'truncated' ? sample.truncated : filter === 'right' ? sample.reward > 0 : sample.reward <= 0);

/** More would be slow to draw four times a second and nobody reads them. */
const SHOWN = 60;

export function SamplesPanel(): React.JSX.Element {
  const samples = useRuns((state) => state.samples);
  const running = useRuns((state) => state.activeId !== null);
  const inspectable = useInspectable();
  const [filter, setFilter] = useState<Filter>('all');
  const shown = samples.filter((sample) => matches(sample, filter));
  if (samples.length === 0)
    return (
      <div className="empty">
        <p>Answers of the last rollout will appear here, each with its verdict and how hard it is pushed up or down.</p>
        {!running && <WatchRecorded />}
      </div>
    );
  return (
    <div className="samples">
      <div className="filter-row" role="group" aria-label="Filter answers">
        {filters.map((name) => (
          <button
            key={name}
            type="button"
            className="button button-small"
            aria-pressed={filter === name}
            onClick={() => setFilter(name)}
          >
            {name} <span className="muted">{samples.filter((sample) => matches(sample, name)).length}</span>
          </button>
        ))}
        <span className="spacer" />
        <span className="push-legend" aria-hidden="true">
          pushed down <i className="push-scale" /> up
        </span>
      </div>
      <div className="sample-table answers-table" role="region" aria-label="Answers" tabIndex={SCROLLABLE}>
        <table>
          <thead>
            <tr>
              <th scope="col">Prompt</th>
              <th scope="col">Answer</th>
              <th scope="col">Verdict</th>
              <th scope="col" className="number">
                Confidence
              </th>
              <th scope="col" className="number">
                Weight
              </th>
              <th scope="col" className="number">
                Advantage
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.slice(0, SHOWN).map((sample) => (
              <SampleRow key={sample.index} sample={sample} inspectable={inspectable(sample.index)} />
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function SampleRow({
  sample,
  inspectable,
}: {
  readonly sample: Sample;
  readonly inspectable: boolean;
}): React.JSX.Element {
  const right = sample.reward > 0;
  return (
    <tr>
      <td className="mono">
        <FoldedText text={sample.prompt} what="prompt" />
      </td>
      <td>
        <TokenStrip sample={sample} inspectable={inspectable} />
      </td>
      <td className={`verdict-cell ${right ? 'positive' : 'negative'}`}>
        <span className="verdict">
          <Icon name={right ? 'check' : 'cross'} size={12} />
          <span className="visually-hidden">{right ? 'right:' : 'wrong:'}</span>{' '}
          {sample.truncated ? `cut off; ${sample.reason}` : sample.reason}
        </span>
      </td>
      <td className="number" data-label="confidence">
        {sample.confidence.toFixed(3)}
      </td>
      <td className="number" data-label="weight">
        {Number(sample.weight.toFixed(3))}
      </td>
      <td
        data-label="advantage"
        className={`number ${sample.advantage > 0 ? 'positive' : sample.advantage < 0 ? 'negative' : ''}`}
      >
        {sample.advantage.toFixed(3).replace('-', '−')}
      </td>
    </tr>
  );
}
