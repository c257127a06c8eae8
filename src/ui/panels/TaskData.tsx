/** The rows of a task that is made of a data set: those that are stored here, and a file of one's own. */
import { useEffect, useId, useRef, useState } from 'react';
import type { TaskData as DataNeed } from '../../experiment/catalogue';
import type { StoredData } from '../../records/storedData';
import { useApp, useExperiment } from '../appContext';

interface TaskDataProps {
  readonly need: DataNeed;
  /** The fingerprint of the rows that the experiment names; empty: none. */
  readonly value: string;
  readonly onChange: (fingerprint: string) => void;
}

export function TaskData({ need, value, onChange }: TaskDataProps): React.JSX.Element {
  const { training } = useApp();
  const task = useExperiment((experiment) => experiment.task);
  const id = useId();
  const file = useRef<HTMLInputElement>(null);
  const [stored, setStored] = useState<readonly StoredData[]>([]);
  const [problem, setProblem] = useState('');
  const [reading, setReading] = useState(false);
  useEffect(() => {
    let current = true;
    void training.ask<readonly StoredData[]>({ type: 'list-data' }).then((reply) => {
      if (current && reply.ok) setStored(reply.value);
    });
    return () => {
      current = false;
    };
  }, [training]);

  async function open(chosen: readonly File[]): Promise<void> {
    if (chosen.length === 0) return;
    setReading(true);
    setProblem('');
    const heldOut = chosen.length > 1 ? chosen.filter(({ name }) => /test|held|eval|valid/i.test(name)) : [];
    const train = chosen.filter((one) => !heldOut.includes(one));
    const unnamed = { ...task, params: { ...task.params, data: '' } };
    const reply = await training.ask<StoredData>({ type: 'add-data', task: unnamed, train, heldOut });
    setReading(false);
    if (!reply.ok) return setProblem(reply.error.message);
    setStored((others) => [
      ...others.filter(({ fingerprint }) => fingerprint !== reply.value.fingerprint),
      reply.value,
    ]);
    onChange(reply.value.fingerprint);
  }

  const own = stored.filter((one) => one.task === task.name);
  const known = own.some(({ fingerprint }) => fingerprint === value);
  return (
    <div className="field task-data">
      <label htmlFor={id} className="field-label">
        Rows
      </label>
      <span className="spacer" />
      <select
        id={id}
        className="field-input field-select"
        value={value}
        onChange={(event) => onChange(event.target.value)}
      >
        {value === '' && <option value="">none chosen</option>}
        {value !== '' && !known && <option value={value}>{`${value.slice(0, 8)}… is not here`}</option>}
        {own.map(({ fingerprint, label, train, heldOut }) => (
          <option key={fingerprint} value={fingerprint}>
            {`${label} (${heldOut === 0 ? `${train} rows` : `${train} + ${heldOut}`})`}
          </option>
        ))}
      </select>
      <input
        ref={file}
        type="file"
        className="visually-hidden"
        accept=".jsonl,.json,.parquet"
        multiple
        tabIndex={-1}
        aria-label="Files of rows"
        onChange={(event) => {
          void open([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
      <button type="button" className="button button-small" disabled={reading} onClick={() => file.current?.click()}>
        {reading ? 'Reading…' : 'Open a file…'}
      </button>
      <p className="field-note" role={problem === '' ? undefined : 'alert'}>
        {problem === '' ? noteOf(need) : problem}
      </p>
    </div>
  );
}

function noteOf({ rows, sources, evaluationOnly }: DataNeed): string {
  const from = [...new Set(sources.map(({ repo }) => repo))].join(' and ');
  const words = `JSON lines or Parquet with ${rows}${from === '' ? '' : `, such as ${from}`}.`;
  return evaluationOnly ? `${words} For evaluation only.` : words;
}
