import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { buildCatalogue } from '../trainer/catalogue';
import data from './catalogue.json';

/** The page reads the catalogue before its worker is up. `UPDATE_CATALOGUE=1 npx vitest run src/store/catalogue.test.ts` writes it anew. */
it('ships the catalogue that the trainer makes from its registries', () => {
  const made = buildCatalogue();
  if (process.env['UPDATE_CATALOGUE']) {
    writeFileSync(new URL('./catalogue.json', import.meta.url), `${JSON.stringify(made, null, 2)}\n`);
    return;
  }
  expect(data).toEqual(JSON.parse(JSON.stringify(made)));
});
