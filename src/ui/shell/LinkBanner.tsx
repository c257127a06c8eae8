/** What a link brought: how it differs from its preset, what it would take, and Run. Nothing starts by itself. */
import { useEffect, useState } from 'react';
import { findField } from '../../experiment/fields';
import type { ExperimentEdit } from '../../experiment/types';
import { describeValue, type FieldChange } from '../../store/experiment/fields';
import { linkChanges, useLink } from '../../store/link/link';
import { runFromResult, verdictOf } from '../../store/results/results';
import { checkModel, costOfModel, importWords } from '../../store/link/linkCost';
import { openModels, useModels } from '../../store/models/models';
import { freeSlot, useRuns } from '../../store/runs/runs';
import { useApp } from '../appContext';

export function LinkBanner(): React.JSX.Element | null {
  const { catalogue, training } = useApp();
  const { opened, problem } = useLink();
  const started = useRuns((state) => state.activeId !== null);
  const unavailable = useRuns((state) => state.unavailable !== null);
  const active = useRuns((state) => state.runs.find((run) => run.id === state.activeId) ?? null);

  useEffect(() => {
    if (!opened?.result) return;
    const { add, runs } = useRuns.getState();
    if (!runs.some((run) => run.id === 'link'))
      add(runFromResult(opened.result, opened.experiment, 'link', freeSlot(runs)));
  }, [opened]);

  const dismiss = (): void => useLink.setState({ opened: null, problem: null });
  if (problem) {
    return (
      <p className="notice notice-stop" role="alert">
        {problem}. The default experiment is shown.
        <button type="button" className="button button-small" onClick={dismiss}>
          Dismiss
        </button>
      </p>
    );
  }
  const verdict = active ? verdictOf(active) : null;
  if (verdict) {
    return (
      <p
        className={`notice ${verdict.kind === 'equal' || verdict.kind === 'within' ? 'notice-good' : ''}`}
        role="status"
      >
        {verdict.words}.
      </p>
    );
  }
  if (!opened || started) return null;
  const { experiment, preset } = opened;
  const changes = linkChanges(opened, catalogue);
  const start = catalogue.presets.find((entry) => entry.id === preset);
  return (
    <div className="notice link-banner" role="status">
      <p>
        <b>Opened from a link:</b> {start?.label ?? preset}
        {changes.length === 0 && experiment.edits.length === 0 && ', unchanged'}
        {changes.length > 0 && `, ${changes.length} ${changes.length === 1 ? 'change' : 'changes'}`}
        {experiment.edits.length > 0 &&
          `, ${experiment.edits.length} recorded ${experiment.edits.length === 1 ? 'edit' : 'edits'}`}
        . Nothing has been started.
      </p>
      <Differences changes={changes} edits={experiment.edits} />
      <ModelCost id={experiment.model} />
      <div className="button-row">
        <button
          type="button"
          className="button button-small button-primary"
          disabled={unavailable}
          onClick={training.train}
        >
          Run
        </button>
        <button type="button" className="button button-small" onClick={dismiss}>
          Dismiss
        </button>
      </div>
    </div>
  );
}

const SHOWN = 8;

/** What is not as in the preset, one item each: values before and after, and what the edits will change while it runs. */
function Differences({
  changes,
  edits,
}: {
  readonly changes: readonly FieldChange[];
  readonly edits: readonly ExperimentEdit[];
}): React.JSX.Element | null {
  const items = [
    ...changes.map(({ label, before, after }) => `${label}: ${describeValue(before)} → ${describeValue(after)}`),
    ...edits.map(
      ({ step, path, value }) => `at step ${step}, ${findField(path)?.label ?? path}: ${describeValue(value)}`,
    ),
  ];
  if (items.length === 0) return null;
  return (
    <ul className="chips" aria-label="Different from the preset">
      {items.slice(0, SHOWN).map((item, index) => (
        <li key={index} className="tag">
          {item}
        </li>
      ))}
      {items.length > SHOWN && <li className="tag">and {items.length - SHOWN} more</li>}
    </ul>
  );
}

/** Download and memory; of a model that does not come with the page nothing is known, and nobody is asked, before Check is pressed. */
function ModelCost({ id }: { readonly id: string }): React.JSX.Element {
  const { catalogue } = useApp();
  const [checked, setChecked] = useState<string | null>(null);
  const isHere = useModels(({ cached }) => cached.some((model) => model.id === id && model.state === 'whole'));
  const known = costOfModel(id, catalogue);
  if (known !== null) return <p>{known}</p>;
  const words = importWords(id, isHere);
  if (words !== null)
    return (
      <p>
        {words}
        {!isHere && (
          <button type="button" className="button button-small" onClick={() => openModels(id)}>
            Import it
          </button>
        )}
      </p>
    );
  if (checked !== null) return <p role="status">{checked}</p>;
  return (
    <p>
      Its model, <code>{id}</code>, does not come with the page: download and memory are unknown until you press Check.
      <button
        type="button"
        className="button button-small"
        onClick={() => void checkModel(document.baseURI, id).then(setChecked)}
      >
        Check
      </button>
    </p>
  );
}
