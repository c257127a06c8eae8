/** Faults of `nsr train`: killed, on a disk that fills, on one that becomes read-only; then resumed. */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Rng } from '../../src/lib/rng.ts';
import { pick, type Outcome } from './round.ts';

const steps = 40;
const isRoot = process.getuid?.() === 0;

const base = {
  model: 'countdown3-tiny',
  task: { name: 'countdown', params: { numbers: 3 } },
  sampling: { maxNewTokens: 6 },
  batch: { promptsPerStep: 2, groupSize: 4, updatesPerRollout: 2, innerEpochs: 1 },
  steps,
};
const experiments = {
  signed: {
    ...base,
    objective: { positiveWeight: 0.1, klCoef: 0.001 },
    evaluation: { every: 10, problems: 4, samples: 4, forcesEvery: 20 },
  },
  ppo: {
    ...base,
    objective: { algorithm: 'ppo', params: { rewardKlCoef: 0.001 } },
    evaluation: { every: 10, problems: 4, samples: 4 },
  },
} as const;
type Name = keyof typeof experiments;

type Fault = 'SIGKILL' | 'full disk' | 'read-only disk' | 'read-only folder';

/** Mounting needs root, whom on the other hand no folder refuses. */
const faults: readonly [Fault, ...Fault[]] = isRoot
  ? ['SIGKILL', 'full disk', 'read-only disk']
  : ['SIGKILL', 'read-only folder'];
export const leftOut = isRoot ? null : 'a full and a read-only disk (mounting them needs root)';

const compared = ['metrics.jsonl', 'model/model.safetensors'];

export interface NodeFaults {
  round(rng: Rng): Promise<Outcome>;
  close(): void;
}

/** Trains the undisturbed runs first. */
export async function openNodeFaults(): Promise<NodeFaults> {
  const root = mkdtempSync(join(tmpdir(), 'nsr-faults-'));
  for (const [name, experiment] of Object.entries(experiments)) {
    writeFileSync(join(root, `${name}.json`), JSON.stringify(experiment));
    const { code, said } = await train(['--experiment', join(root, `${name}.json`), '--out', join(root, name)]);
    if (code !== 0) throw new Error(`the undisturbed run failed: ${said}`);
  }
  return { round: (rng) => playRound(root, rng), close: () => rmSync(root, { recursive: true, force: true }) };
}

interface Ended {
  readonly code: number | null;
  readonly said: string;
}

/** `nsr train`; `struck` is called once, `delayMs` after step `step` was told. */
function train(
  args: readonly string[],
  strike?: { readonly step: number; readonly delayMs: number; readonly struck: (kill: () => void) => void },
): Promise<Ended> {
  const child = spawn(process.execPath, ['scripts/nsr.mjs', 'train', ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  let waiting = strike;
  child.stderr.on('data', (chunk) => {
    said += String(chunk);
    if (!waiting || lastStep(said) < waiting.step) return;
    const { delayMs, struck } = waiting;
    waiting = undefined;
    setTimeout(() => struck(() => child.kill('SIGKILL')), delayMs);
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, said })));
}

/** The last step that was told; 0 before the first. */
const lastStep = (said: string): number => Number([...said.matchAll(/step +(\d+)\/\d+/g)].at(-1)?.[1] ?? 0);

async function playRound(root: string, rng: Rng): Promise<Outcome> {
  const name: Name = pick(rng, ['signed', 'ppo']);
  const every = pick(rng, [1, 3, 7]);
  const disk = join(root, 'disk');
  const out = join(disk, 'run');
  const story = [`${name}, a copy every ${every}`];
  rmSync(disk, { recursive: true, force: true });
  mkdirSync(disk);
  if (isRoot) mount('-t', 'tmpfs', '-o', 'size=64m', 'nsr-faults', disk);
  try {
    /** What is safe by what was said. */
    let safe = 0;
    for (let attempt = 0; ; attempt++) {
      // Two faults in a run, then it may end.
      const fault = attempt < 2 ? pick(rng, faults) : null;
      const begun = existsSync(join(out, 'experiment.json'));
      const start = begun ? ['--resume'] : ['--experiment', join(root, `${name}.json`), '--force'];
      const step = 1 + rng.int(attempt === 0 ? 20 : 36);
      const ended = await trainWith(fault, step, Math.floor(60 * rng.nextFloat()), disk, [
        ...start,
        '--out',
        out,
        '--checkpoint-every',
        String(every),
      ]);
      const resumed = Number(/resuming after step (\d+)/.exec(ended.said)?.[1] ?? 0);
      story.push(`${begun ? `from ${resumed} ` : ''}${fault ?? 'undisturbed'} after step ${lastStep(ended.said)}`);
      if (begun && resumed < safe)
        return { story, failure: `resumed after step ${resumed}, though a copy of step ${safe} was safe` };
      const wrong = fault === null ? (ended.code === 0 ? null : ended.said) : refusalIsTold(fault, ended, out);
      if (wrong !== null) return { story, failure: wrong };
      if (fault === null || ended.code === 0) break;
      // A copy is made right after its step was told: that of the step before the last is whole.
      safe = Math.max(safe, every * Math.floor(Math.max(0, lastStep(ended.said) - 1) / every));
      const told = /the copy after step (\d+) is whole/.exec(ended.said)?.[1];
      if (told !== undefined) safe = Math.max(safe, Number(told));
    }
    const different = compared.filter(
      (file) => !readFileSync(join(out, file)).equals(readFileSync(join(root, name, file))),
    );
    const failure = different.length === 0 ? null : `${different.join(', ')} differ from the undisturbed run's`;
    return { story, failure };
  } finally {
    if (isRoot) unmount(disk);
  }
}

async function trainWith(
  fault: Fault | null,
  step: number,
  delayMs: number,
  disk: string,
  args: readonly string[],
): Promise<Ended> {
  switch (fault) {
    case null:
      return train(args);
    case 'SIGKILL':
      return train(args, { step, delayMs, struck: (kill) => kill() });
    case 'full disk': {
      const ended = await train(args, { step, delayMs, struck: () => fill(disk) });
      rmSync(join(disk, 'filler'), { force: true });
      return ended;
    }
    case 'read-only disk': {
      const ended = await train(args, { step, delayMs, struck: () => makeReadOnly(disk) });
      mount('-o', 'remount,rw', disk);
      return ended;
    }
    case 'read-only folder': {
      const folder = join(disk, 'run/checkpoints');
      const ended = await train(args, { step, delayMs, struck: () => existsSync(folder) && chmodSync(folder, 0o555) });
      if (existsSync(folder)) chmodSync(folder, 0o755);
      return ended;
    }
    default:
      return fault satisfies never;
  }
}

/** Null where the run says what it must; a run that had ended before the fault is one, too. */
function refusalIsTold(fault: Fault, { code, said }: Ended, out: string): string | null {
  if (code === 0 || fault === 'SIGKILL') return null;
  const words = {
    'full disk': 'the disk is full',
    'read-only disk': 'the disk is mounted read-only',
    'read-only folder': 'you may not write there',
  };
  const line =
    said
      .trim()
      .split('\n')
      .slice(-8)
      .findLast((text) => /^nsr:|Error/.test(text)) ?? said;
  if (code !== 1 || !line.includes(words[fault])) return `exit code ${code} with: ${line}`;
  // Before the run has begun there is nothing to go on from.
  if (existsSync(join(out, 'metrics.jsonl')) && lastStep(said) > 0 && !line.includes(`nsr train --resume --out ${out}`))
    return `no way on: ${line}`;
  return null;
}

function fill(disk: string): void {
  // The disk's last byte: cp stops where it is full.
  spawnSync('cp', ['/dev/zero', join(disk, 'filler')], { stdio: 'ignore' });
}

/** The system refuses while a file is open for writing: asked until it is not. */
function makeReadOnly(disk: string): void {
  const again = (): void => {
    if (spawnSync('mount', ['-o', 'remount,ro', disk], { stdio: 'ignore' }).status !== 0) setTimeout(again, 1);
  };
  again();
}

function mount(...args: readonly string[]): void {
  const { status, stderr } = spawnSync('mount', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`mount ${args.join(' ')}: ${stderr}`);
}

function unmount(disk: string): void {
  spawnSync('mount', ['-o', 'remount,rw', disk], { stdio: 'ignore' });
  if (spawnSync('umount', [disk], { stdio: 'ignore' }).status !== 0) spawnSync('umount', ['-l', disk]);
}
