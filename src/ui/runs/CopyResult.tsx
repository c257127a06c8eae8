/** The button that copies figure and paragraph of what is drawn. */
import { useState } from 'react';
import { useRuns } from '../../store/runs/runs';
import { seriesOf } from '../../store/runs/series';
import { useApp } from '../appContext';
import { Icon } from '../controls/Icon';
import type { CopyOutcome } from './copyResult';

const words: Record<CopyOutcome, string> = {
  copied: 'Figure and paragraph copied',
  saved: 'The browser refused the clipboard: saved as result.html',
};

export function CopyResult(): React.JSX.Element {
  const { catalogue } = useApp();
  const runs = useRuns((state) => state.runs);
  const [said, say] = useState('');
  const drawn = seriesOf(runs).filter(({ visible, runs: seeds }) => visible && seeds.some((run) => run.evaluations.length > 0));

  const copy = async (): Promise<void> => {
    const { copyResult } = await import('./copyResult');
    say(words[await copyResult(drawn, catalogue)]);
  };
  return (
    <span className="copy-result">
      <button
        type="button"
        className="button button-small"
        disabled={drawn.length === 0}
        title="The Pass@k figure of what is drawn, and a paragraph with settings, results, intervals and cost"
        onClick={() => void copy()}
        onBlur={() => say('')}
      >
        <Icon name="copy" size={13} /> Copy result
      </button>
      <span className="muted" role="status">
        {said}
      </span>
    </span>
  );
}
