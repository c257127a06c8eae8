/** Kills that no handler sees (SIGKILL), at random moments: of a process that only saves, and of whole runs. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRng } from '../lib/rng';
import { findSaved } from '../trainer/saveForever.fixture';
import { folderStorage } from './folderStorage';
import { nsr, temporaryFolder, writeJson } from './nsr.fixture';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const rng = createRng(5, 'kills');

/** Runs `args` in Node and kills it `delayMs` after its output first matched; resolves with all that it had said. */
function killed(args: readonly string[], pattern: RegExp, delayMs: number): Promise<string> {
  const child = spawn(process.execPath, args);
  let said = '';
  let waiting = false;
  const listen = (chunk: Buffer): void => {
    said += chunk.toString();
    if (waiting || !pattern.test(said)) return;
    waiting = true;
    setTimeout(() => child.kill('SIGKILL'), delayMs);
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  return new Promise((resolve) => child.on('close', () => resolve(said)));
}

describe('a save in a process that is killed', () => {
  const script = join(folder, 'bundle/saveForever.mjs');
  beforeAll(async () => {
    await build({
      configFile: false,
      logLevel: 'error',
      ssr: { noExternal: true },
      build: {
        ssr: 'src/cli/saveForever.process.fixture.ts',
        outDir: join(folder, 'bundle'),
        copyPublicDir: false,
        rolldownOptions: { output: { entryFileNames: 'saveForever.mjs' } },
      },
    });
  });

  it('at 30 random moments leaves the generation before it or its own, whole', async () => {
    const out = join(folder, 'saves');
    let before = 0;
    let torn = 0;
    for (let kill = 0; kill < 30; kill++) {
      const said = await killed([script, out], /\d+\n/, 80 * rng.nextFloat());
      const told = Number(said.trim().split('\n').at(-1));
      const found = await findSaved(folderStorage(out));
      expect(told, said).toBeGreaterThan(before);
      expect(found).toMatchObject({ consistent: true, skipped: [] });
      // What was told is safe; the save under way may just have ended.
      expect([told, told + 1]).toContain(found.step);
      torn += found.leftovers > 0 ? 1 : 0;
      before = found.step;
    }
    // Most of these moments were within a save.
    expect(torn).toBeGreaterThan(5);
  });
});

describe.each([
  ['a plain run', { positiveWeight: 0.1 }],
  ['a run of PPO', { algorithm: 'ppo', params: { rewardKlCoef: 0.001 } }],
])('%s', (name, objective) => {
  it('killed at 4 random moments, with a copy after every step, ends with the bytes of one that was not', async () => {
    const experiment = writeJson(folder, `${name}.json`, {
      model: 'countdown3-tiny',
      task: { name: 'countdown', params: { numbers: 3 } },
      sampling: { maxNewTokens: 6 },
      batch: { promptsPerStep: 4, groupSize: 4, updatesPerRollout: 2, innerEpochs: 1 },
      objective,
      evaluation: { every: 10, problems: 4, samples: 4 },
      steps: 40,
    });
    const whole = nsr('train', '--experiment', experiment, '--out', join(folder, name, 'whole'));
    expect(whole.status, whole.stderr).toBe(0);

    const out = join(folder, name, 'killed');
    const args = ['scripts/nsr.mjs', 'train', '--out', out, '--checkpoint-every', '1'];
    let interrupted = 0;
    for (let kill = 0; kill < 4; kill++) {
      const start = kill === 0 ? ['--experiment', experiment] : ['--resume'];
      await killed([...args, ...start], /step +\d+\/40/, 400 * rng.nextFloat());
      interrupted += existsSync(join(out, 'result.json')) ? 0 : 1;
    }
    const resumed = nsr('train', '--resume', '--out', out);
    expect(resumed.status, resumed.stderr).toBe(0);
    expect(interrupted).toBeGreaterThan(0);
    for (const file of ['metrics.jsonl', 'model/model.safetensors'])
      expect(readFileSync(join(out, file)).equals(readFileSync(join(folder, name, 'whole', file))), file).toBe(true);
  });
});
