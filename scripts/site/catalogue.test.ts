import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { catalogueFile, currentCataloguePage } from './currentCatalogue.ts';

it('docs/catalogue.md is what `npm run catalogue` would write', async () => {
  expect(readFileSync(catalogueFile, 'utf8')).toBe(await currentCataloguePage());
});
