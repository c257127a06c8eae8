/** The model of the run in front into the visitor's own account on the hub. */
import { useState } from 'react';
import type { TakenModel } from '../../export/model/modelForm';
import type { Run } from '../../store/runs/runs';
import { publishModel, repositoryName } from '../../store/publish/publishModel';
import { clientIdOf, signIn, type HubAccount } from '../../store/publish/signIn';

interface ModelPublishProps {
  readonly run: Run;
  readonly busy: boolean;
  readonly start: (work: () => Promise<void>) => void;
  /** The files, or null where there are none, which is said. */
  readonly take: () => Promise<TakenModel | null>;
  readonly say: (message: string) => void;
}

/** Signed in as long as the page is open. */
let account: HubAccount | null = null;

export function ModelPublish({ run, busy, start, take, say }: ModelPublishProps): React.JSX.Element {
  const { model, objective } = run.experiment;
  const base = model.split('/').at(-1)?.split('@')[0] ?? model;
  const [name, setName] = useState(() => repositoryName(`${base}-${objective.name || objective.algorithm}`));
  const [hidden, setHidden] = useState(true);
  const clientId = clientIdOf(document);
  if (clientId === '')
    return (
      <p className="muted">
        To push it to an account on the Hugging Face hub from here, this page’s host must register an OAuth app and
        build with VITE_HF_CLIENT_ID.
      </p>
    );

  const push = async (to: HubAccount): Promise<void> => {
    const taken = await take();
    if (taken === null) return;
    const published = await publishModel({
      account: to,
      repository: name,
      visibility: hidden ? 'private' : 'public',
      files: taken.files,
      title: `${run.name}, rollout ${taken.step}`,
      onProgress: say,
    });
    if (published.ok) return say(`Pushed to ${published.value}`);
    if (published.reason.signedOut) account = null;
    say(published.reason.message);
  };

  const signInAndPush = async (): Promise<void> => {
    if (account === null) {
      say('Sign in in the window of the hub. If it is gone, push once more.');
      const signed = await signIn(clientId);
      if (signed === null) return;
      if (!signed.ok) return say(signed.reason);
      account = signed.value;
    }
    const to = account;
    start(() => push(to));
  };

  return (
    <div className="button-row">
      <input
        className="field-input"
        aria-label="Repository name"
        value={name}
        onChange={({ target }) => setName(repositoryName(target.value))}
      />
      <label className="check-line">
        <input type="checkbox" checked={hidden} onChange={({ target }) => setHidden(target.checked)} /> private
      </label>
      <button
        type="button"
        className="button button-small"
        disabled={busy || name === ''}
        onClick={() => void signInAndPush()}
      >
        Push to the hub
      </button>
    </div>
  );
}
