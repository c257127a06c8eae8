/** Where `nsr sft` stands, in a folder beside the model that it makes: weights, moments and the number of steps done. What decides
 * the steps to come is a function of settings and step, so that nothing else is needed to go on. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { checkJson } from '../lib/checkJson';
import { InputError } from '../lib/errors';
import type { Policy } from '../model/policy';
import { loadShard, saveFile, saveShard } from '../trainer/checkpointFiles';
import { folderStorage } from './folderStorage';

const stateName = 'state.json';

const stateSchema = v.object({
  version: v.literal(1),
  settings: v.string(),
  done: v.number(),
  /** From there on the rate falls. */
  decayFrom: v.number(),
  shard: v.object({ name: v.string(), bytes: v.number(), sha256: v.string(), optimizerStep: v.number() }),
});

export interface SupervisedCheckpoint {
  save(policy: Policy, done: number, decayFrom: number): Promise<void>;
  /** Puts the saved weights and moments into `policy`; resolves to the steps done, 0 where nothing is saved. The rate's decay may
   * begin elsewhere than planned when they were saved, unless it had begun. Throws `InputError` where they were saved under other
   * settings, and an error where a file was changed. */
  load(policy: Policy, decayFrom: number): Promise<number>;
  remove(): void;
}

/** `settings`: everything that decides a step, as text. */
export function supervisedCheckpoint(out: string, settings: string): SupervisedCheckpoint {
  const folder = join(out, 'sft');
  const storage = folderStorage(folder);
  const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  return {
    async save(policy, done, decayFrom) {
      const shard = await saveShard(storage, `step-${done}.safetensors`, await policy.save());
      await saveFile(storage, stateName, encode({ version: 1, settings, done, decayFrom, shard }));
      for (const name of await storage.list())
        if (name !== stateName && name !== shard.name) await storage.remove(name);
    },
    async load(policy, decayFrom) {
      const bytes = await storage.read(stateName);
      if (bytes === null) return 0;
      const state = checkJson(stateName, stateSchema, JSON.parse(new TextDecoder().decode(bytes)));
      if (state.settings !== settings) throw new InputError('--resume', state.settings, `the settings ${settings}`);
      if (state.decayFrom !== decayFrom && state.done > Math.min(state.decayFrom, decayFrom))
        throw new InputError('--decay', decayFrom, `a decay from step ${state.decayFrom} on, which has begun`);
      await policy.load(await loadShard(storage, state.shard));
      return state.done;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
