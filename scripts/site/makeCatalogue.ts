// `npm run catalogue`: writes docs/catalogue.md from the definitions.
import { writeFileSync } from 'node:fs';
import { catalogueFile, currentCataloguePage } from './currentCatalogue.ts';

writeFileSync(catalogueFile, await currentCataloguePage());
