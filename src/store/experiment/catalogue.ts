/** The catalogue as the build ships it (`catalogue.test.ts` keeps it equal to what the trainer makes), so that page and links work before the worker is up. */
import type { Catalogue } from '../../experiment/catalogue';
import data from './catalogue.json';

export const catalogue = data as unknown as Catalogue;
