import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseConfig } from '../../model/config';
import { planMemory } from '../../model/memoryPlan';
import { buildCatalogue } from '../../trainer/catalogue';
import data from './catalogue.json';
import sizes from './modelSizes.json';

/** What training loads. */
const modelFiles = ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json'] as const;

/** Both are read by the page before its worker is up. `UPDATE_CATALOGUE=1 npx vitest run src/store/experiment/catalogue.test.ts` writes them anew. */
function expectShipped(name: string, shipped: unknown, made: unknown): void {
  const text = `${JSON.stringify(made, null, 2)}\n`;
  if (process.env['UPDATE_CATALOGUE']) {
    writeFileSync(new URL(`./${name}`, import.meta.url), text);
    return;
  }
  expect(shipped).toEqual(JSON.parse(text));
}

it('ships the catalogue that the trainer makes from its registries', () => {
  expectShipped('catalogue.json', data, buildCatalogue());
});

it('ships what every model takes, by its files and by the memory plan', () => {
  const made = buildCatalogue().models.map(({ id }) => {
    const at = (file: string) => new URL(`../../../public/models/${id}/${file}`, import.meta.url);
    const config = parseConfig(readFileSync(at('config.json'), 'utf8'));
    const downloadBytes = modelFiles.reduce((sum, file) => sum + statSync(at(file)).size, 0);
    return [id, { downloadBytes, memoryBytes: planMemory(config, true).total }];
  });
  expectShipped('modelSizes.json', sizes, Object.fromEntries(made));
});
