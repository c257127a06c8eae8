import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ShippedModel } from '../../src/experiment/catalogue.ts';
import { sameValue } from '../../src/experiment/diff.ts';
import { defaultExperiment } from '../../src/experiment/parseExperiment.ts';
import type { Experiment } from '../../src/experiment/types.ts';
import { readCharacterVocabulary, type CharacterVocabulary } from '../../src/model/characterTokenizer.ts';
import { parseConfig } from '../../src/model/config.ts';
import { planMemory } from '../../src/model/memoryPlan.ts';
import { createTask } from '../../src/tasks/parts/registry.ts';

/** What training loads. */
const modelFiles = ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json'] as const;

/** The base models in a folder such as public/models, by their cards and files: those of the experiment that the page opens
 * with come first, larger before smaller. Throws on a card without label or task. */
export function shippedModels(folder: string): ShippedModel[] {
  return readdirSync(folder)
    .map((id) => readModel(folder, id))
    .sort((a, b) => distance(a) - distance(b) || b.memoryBytes - a.memoryBytes || (a.id < b.id ? -1 : 1));
}

/** From the experiment that everything begins with: 0 the same task, 1 another variant of it, 2 another task. */
function distance({ task }: ShippedModel): number {
  if (sameValue(task, defaultExperiment.task)) return 0;
  return task.name === defaultExperiment.task.name ? 1 : 2;
}

function readModel(folder: string, id: string): ShippedModel {
  const at = (file: string): string => join(folder, id, file);
  const card = readFileSync(at('README.md'), 'utf8');
  const config = parseConfig(readFileSync(at('config.json'), 'utf8'));
  const vocabulary = readCharacterVocabulary(
    JSON.parse(readFileSync(at('tokenizer.json'), 'utf8')) as Record<string, unknown>,
  );
  const task = JSON.parse(cardEntry(card, 'task', id)) as Experiment['task'];
  const { maxNewTokens, heldOut } = createTask(task.name, task.params);
  return {
    id,
    label: JSON.parse(cardEntry(card, 'label', id)) as string,
    task,
    maxNewTokens,
    heldOut: heldOut.length,
    characters: vocabulary === null ? '' : charactersOf(vocabulary),
    contextTokens: config.maxPositions,
    downloadBytes: modelFiles.reduce((sum, file) => sum + statSync(at(file)).size, 0),
    memoryBytes: planMemory(config, true).total,
  };
}

function charactersOf({ ids, special }: CharacterVocabulary): string {
  return [...ids.keys()].filter((token) => !special.has(token)).join('');
}

/** The JSON after `key: ` in a card's head. */
function cardEntry(card: string, key: string, id: string): string {
  const found = new RegExp(`^---\\n(?:.*\\n)*?${key}: (.*)\\n`).exec(card)?.[1];
  if (found === undefined) throw new Error(`the card of ${id} has no ${key}`);
  return found;
}
