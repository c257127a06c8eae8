/** The panel's experiment as a package for verl or TRL. */
import { useState } from 'react';
import { useApp } from '../appContext';
import { saveFile } from '../charts/chartFile';

const frameworks = [
  { id: 'verl', label: 'verl (Ray)' },
  { id: 'trl', label: 'TRL (accelerate)' },
] as const;

type Framework = (typeof frameworks)[number]['id'];

/** `say`: one line for people, on what came of it. */
export function ClusterExport({ say }: { readonly say: (message: string) => void }): React.JSX.Element {
  const { experiments } = useApp();
  const [framework, setFramework] = useState<Framework>('verl');
  const [busy, setBusy] = useState(false);

  const download = async (): Promise<void> => {
    const { experiment } = experiments.getState();
    const { clusterZip } = await import('../../export/clusterZip');
    const zip = await clusterZip({
      experiment,
      framework,
      address: location.href.split('#')[0] ?? '',
      base: document.baseURI,
      fetch: (url) => fetch(url),
    });
    if (!zip.ok) return say(`Not exported. ${zip.reason}`);
    const name = `${experiment.objective.name || 'experiment'}-${framework}.zip`;
    saveFile(name, new Blob([zip.value], { type: 'application/zip' }));
    say(`${name} saved: its README has the commands`);
  };
  const start = (): void => {
    setBusy(true);
    void download()
      .catch(() => say('The exporter did not load. Reload the page to get it.'))
      .finally(() => setBusy(false));
  };

  return (
    <fieldset className="share-section">
      <legend>Take it to a cluster</legend>
      <p className="muted">
        The same objective, curves and grader as a Python package, for models and machines beyond this page. What the
        framework cannot express is refused by name.
      </p>
      <div className="button-row">
        <select
          className="field-input"
          aria-label="Framework"
          value={framework}
          onChange={({ target }) => {
            const chosen = frameworks.find(({ id }) => id === target.value);
            if (chosen) setFramework(chosen.id);
          }}
        >
          {frameworks.map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </select>
        <button type="button" className="button button-small" disabled={busy} onClick={start}>
          Download package
        </button>
      </div>
    </fieldset>
  );
}
