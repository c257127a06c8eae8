/** Link and files of the experiment, and a figure's worth of words about the run. */
import { useRef, useState } from 'react';
import { formatExperimentFile } from '../../share/experimentFile';
import { readFile } from '../../share/fileReader';
import { encodeLink } from '../../share/link';
import { addForeignRun, addRunFile } from '../../store/runs/importRun';
import { currentSubject, shareableExperiment, shareChoice, useLink } from '../../store/link/link';
import { useRuns } from '../../store/runs/runs';
import { useApp } from '../appContext';
import { saveFile } from '../charts/chartFile';
import { CopyResult } from '../runs/CopyResult';
import { saveRun } from '../runs/saveRun';
import { ClusterExport } from './ClusterExport';
import { ModelExport } from './ModelExport';

/** Longer links are cut by some mail and chat programs. */
const COMFORTABLE = 2000;

export function SharePanel(): React.JSX.Element {
  const { experiments, catalogue } = useApp();
  const run = useRuns((state) => state.runs.find((candidate) => candidate.id === state.activeId) ?? null);
  const [withResult, setWithResult] = useState(false);
  const [message, setMessage] = useState('');
  const picker = useRef<HTMLInputElement>(null);
  const { subject, finished, apart } = shareChoice(currentSubject(experiments), run, withResult, catalogue);
  const link = `${location.href.split('#')[0] ?? ''}${encodeLink(subject)}`;

  const copy = (text: string, done: string): void => {
    void navigator.clipboard.writeText(text).then(
      () => setMessage(done),
      () => setMessage('The browser refused the clipboard: select the link and copy it'),
    );
  };
  const open = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    const read = await readFile(file, catalogue);
    if (!read.ok) return setMessage(read.reason);
    if (read.value.kind === 'run') {
      addRunFile(read.value.run, `file-${file.name}-${file.lastModified}`);
      return setMessage(`${file.name} is drawn among the runs`);
    }
    if (read.value.kind === 'foreign') {
      const { source, rows, ignored } = read.value.run;
      addForeignRun(read.value.run, file.name, `foreign-${file.name}-${file.lastModified}`);
      return setMessage(
        `${file.name} is drawn among the runs: ${rows.length} steps of ${source}${ignored > 0 ? `, ${ignored} of its metrics have no chart here` : ''}`,
      );
    }
    experiments.getState().replace(read.value.experiment, experiments.getState().preset);
    useLink.setState({ opened: null, problem: null });
    setMessage(`${file.name} opened; nothing was started`);
  };

  return (
    <div className="share-panel">
      <label className="share-link">
        <span>
          {apart && subject.run
            ? `Link to the run ${finished?.name ?? ''} as it was trained, with what was changed while it ran`
            : apart
              ? `Link to this experiment as the panel has it now: not that of the run ${finished?.name ?? ''}`
              : 'Link to this experiment, its recorded edits included'}
        </span>
        <input className="field-input mono" readOnly value={link} onFocus={(event) => event.target.select()} />
      </label>
      <div className="button-row">
        <button
          type="button"
          className="button button-primary"
          data-tour="share"
          onClick={() => copy(link, 'Link copied')}
        >
          Copy link
        </button>
        <button
          type="button"
          className="button"
          title="Runs the same experiment in a terminal"
          onClick={() => copy(`npm run -s nsr -- train --experiment '${link}' --out runs/shared`, 'Command copied')}
        >
          Copy command
        </button>
        <CopyResult />
      </div>
      {finished && (
        <label className="check-line">
          <input type="checkbox" checked={withResult} onChange={(event) => setWithResult(event.target.checked)} /> with
          curves and fingerprint{apart && ` of the run ${finished.name}, and its settings`}, so that whoever opens it
          sees the run and can check their own
        </label>
      )}
      <p className="muted">
        {link.length} characters.{link.length > COMFORTABLE && ' Some programs cut links this long: a file is safer.'}
      </p>
      <div className="button-row">
        <button
          type="button"
          className="button button-small"
          onClick={() =>
            saveFile(
              'experiment.json',
              new Blob([formatExperimentFile(shareableExperiment(experiments.getState().experiment, run))], {
                type: 'application/json',
              }),
            )
          }
        >
          Save experiment
        </button>
        <button type="button" className="button button-small" onClick={() => picker.current?.click()}>
          Open file
        </button>
        {run && (
          <button type="button" className="button button-small" onClick={() => saveRun(run)}>
            Save run
          </button>
        )}
        <input
          ref={picker}
          type="file"
          accept=".json,.jsonl,.csv,application/json,text/csv"
          hidden
          aria-label="Experiment or run file"
          onChange={(event) => {
            void open(event.target.files?.[0]);
            // The same file, mended, can be chosen again.
            event.target.value = '';
          }}
        />
      </div>
      {run && <ModelExport key={run.id} run={run} say={setMessage} />}
      <ClusterExport say={setMessage} />
      <p role="status">{message}</p>
    </div>
  );
}
