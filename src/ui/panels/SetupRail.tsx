/** The experiment as a form, generated from the field specs: sections fold, only the common fields stand open. */
import { useId } from 'react';
import { useStore } from 'zustand';
import type { FieldSpec, Section } from '../../experiment/fieldSpec';
import { changedFields } from '../../store/experiment/fields';
import { useRuns } from '../../store/runs/runs';
import { useSession } from '../../store/session';
import { isUnderWay } from '../../store/run/phases';
import { useApp } from '../appContext';
import { HelpTip } from '../controls/HelpTip';
import { SeedsSelect } from '../runs/SeedsSelect';
import { Field } from './Field';
import { RecordedEdits } from './RecordedEdits';

const sections: readonly { readonly section: Section; readonly title: string }[] = [
  { section: 'model', title: 'Task and model' },
  { section: 'objective', title: 'Objective' },
  { section: 'batch', title: 'Batch' },
  { section: 'sampling', title: 'Sampling' },
  { section: 'optimizer', title: 'Optimiser' },
  { section: 'evaluation', title: 'Evaluation' },
  { section: 'run', title: 'Run' },
];

export function SetupRail(): React.JSX.Element {
  const { catalogue } = useApp();
  return (
    <div className="rail-scroll">
      <RestartNotice />
      <RecordedEdits />
      {sections.map(({ section, title }) => {
        const specs = catalogue.fields.filter((field) => field.section === section && field.path !== 'objective.name');
        return <SetupSection key={section} title={title} specs={specs} />;
      })}
    </div>
  );
}

function SetupSection({
  title,
  specs,
}: {
  readonly title: string;
  readonly specs: readonly FieldSpec[];
}): React.JSX.Element {
  const { catalogue, experiments } = useApp();
  const open = useSession((state) => state.openSections[title] ?? false);
  const openSections = useSession((state) => state.openSections);
  const set = useSession((state) => state.set);
  const algorithm = useStore(experiments, (state) => state.experiment.objective.algorithm);
  const uses = catalogue.algorithms.find((entry) => entry.id === algorithm)?.uses ?? [];
  const idle = (spec: FieldSpec): boolean => {
    const own = ['positiveWeight', 'negativeWeight', 'confidence', 'virtualMaxReward'].find(
      (name) => spec.path === `objective.${name}`,
    );
    return own !== undefined && !uses.some((name) => name === own);
  };
  const shown = specs.filter((spec) => !idle(spec));
  const common = shown.filter((spec) => spec.common);
  const rest = shown.filter((spec) => !spec.common);
  return (
    <section className="rail-section" aria-label={title}>
      <h2>{title}</h2>
      {common.map((spec) => (
        <Field key={spec.path} spec={spec} />
      ))}
      {title === 'Run' && <SeedsField />}
      {rest.length > 0 && (
        <button
          type="button"
          className="more-button"
          aria-expanded={open}
          onClick={() => set({ openSections: { ...openSections, [title]: !open } })}
        >
          {open ? 'Fewer' : `${rest.length} more`}
        </button>
      )}
      {open && rest.map((spec) => <Field key={spec.path} spec={spec} />)}
    </section>
  );
}

/** How often the experiment is trained: a wish of the visitor, no part of the experiment. */
function SeedsField(): React.JSX.Element {
  const id = useId();
  const seeds = useSession((state) => state.seeds);
  const set = useSession((state) => state.set);
  return (
    <div className="field">
      <label htmlFor={id} className="field-label">
        Train with
      </label>
      <HelpTip
        label="the number of seeds"
        text="Each seed draws other prompts and answers. Several are trained one after the other, from the seed of the experiment on, and drawn as their mean, from three on with a 95 % interval, that of Pass@k over problems and seeds."
      />
      <span className="spacer" />
      <SeedsSelect id={id} seeds={seeds} onChange={(next) => set({ seeds: next })} />
    </div>
  );
}

/** Changes that cannot act on the run under way gather in one button. */
function RestartNotice(): React.JSX.Element | null {
  const { experiments, training } = useApp();
  const experiment = useStore(experiments, (state) => state.experiment);
  const run = useRuns((state) => state.runs.find((candidate) => candidate.id === state.activeId) ?? null);
  if (!run || !isUnderWay(run.status.phase)) return null;
  const waiting = changedFields(run.experiment, experiment).filter((change) => change.acts === 'restart');
  if (waiting.length === 0) return null;
  return (
    <div className="notice" role="status">
      <p>{waiting.map((change) => change.label).join(', ')} wait for a restart.</p>
      <button
        type="button"
        className="button button-small button-primary"
        onClick={() => {
          training.restart();
          training.train();
        }}
      >
        Restart with {waiting.length} {waiting.length === 1 ? 'change' : 'changes'}
      </button>
    </div>
  );
}
