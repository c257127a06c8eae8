/** The curves of the experiment one above the other on one time axis, then the confidence mapping. */
import { Suspense, useState } from 'react';
import { useStore } from 'zustand';
import { useRuns } from '../../store/runs/runs';
import { useSession } from '../../store/session';
import { useApp } from '../appContext';
import { Disclosure } from '../controls/Disclosure';
import { lazyPart } from '../controls/lazyPart';
import { foldedCurves, signedCurves } from '../curves/curveFields';
import { MappingEditor } from '../curves/MappingEditor';
import { useForceTools } from '../forces/useForceTools';
import { RunCurve } from './RunCurve';

// Not part of the first load.
const ClassForces = lazyPart(() => import('../forces/ClassForces').then((file) => file.ClassForces));
const ForcesCard = lazyPart(() => import('../forces/ForcesCard').then((file) => file.ForcesCard));

export function CurvesPanel(): React.JSX.Element {
  const { catalogue, experiments } = useApp();
  const algorithm = useStore(experiments, (state) => state.experiment.objective.algorithm);
  const openSections = useSession((state) => state.openSections);
  const set = useSession((state) => state.set);
  const chosen = catalogue.algorithms.find((entry) => entry.id === algorithm);
  const usesSigned = chosen?.uses.includes('negativeWeight') === true;
  return (
    <div className="curves-panel">
      {usesSigned ? (
        signedCurves.map((field) => <RunCurve key={field.path} field={field} height={118} />)
      ) : (
        <>
          <p className="panel notice">λ, β and the confidence mapping play no part in {chosen?.label ?? algorithm}.</p>
          <Suspense fallback={null}>
            <ClassForces />
          </Suspense>
        </>
      )}
      {usesSigned && <Mapping />}
      <Suspense fallback={null}>
        <ForcesCard />
      </Suspense>
      {foldedCurves.map((field) => (
        <Disclosure
          key={field.path}
          title={field.title}
          open={openSections[field.path] ?? false}
          onToggle={(open) => set({ openSections: { ...openSections, [field.path]: open } })}
        >
          <RunCurve field={field} height={104} />
        </Disclosure>
      ))}
    </div>
  );
}

/** The k that the suggested mapping raises at first: what negative reinforcement is for. */
const firstWantedK = 64;

function Mapping(): React.JSX.Element {
  const { experiments } = useApp();
  const confidence = useStore(experiments, (state) => state.experiment.objective.confidence);
  const histogram = useRuns((state) => state.histogram);
  const [wantedK, setWantedK] = useState(firstWantedK);
  const now = useForceTools();
  const made = now?.tools.mappingForces(now, wantedK, setWantedK) ?? null;
  return (
    <MappingEditor
      value={confidence}
      histogram={histogram}
      height={112}
      hint={made?.hint ?? null}
      beneath={made?.beneath}
      onChange={(value) => experiments.getState().set('objective.confidence', value)}
    />
  );
}
