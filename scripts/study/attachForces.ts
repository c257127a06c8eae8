/** `npm run study:attach-forces`: puts what `nsr forces` measured into the gallery files that are there, as
 * `npm run study:gallery` would, without training anything. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GalleryEntry, GalleryFile } from '../../src/share/galleryFile.ts';
import { galleryForces } from './galleryForces.ts';
import { galleryRuns } from './plan.ts';

const folder = 'public/gallery';
const indexFile = join(folder, 'index.json');
const index = JSON.parse(readFileSync(indexFile, 'utf8')) as readonly GalleryEntry[];
const attached = index.map((entry): GalleryEntry => {
  const name = galleryRuns.find(({ file }) => file === entry.file)?.forces;
  const path = join(folder, entry.file);
  const { forces: _old, snapshots, ...rest } = JSON.parse(readFileSync(path, 'utf8')) as GalleryFile;
  const forces = galleryForces('docs/runs', name, rest.rows);
  if (forces === undefined) return entry;
  const text = `${JSON.stringify({ ...rest, forces, snapshots })}\n`;
  writeFileSync(path, text);
  console.error(`${entry.file}: ${forces.length} rows`);
  return { ...entry, bytes: Buffer.byteLength(text) };
});
writeFileSync(indexFile, `${JSON.stringify(attached, null, 2)}\n`);
