import { readFileSync } from 'node:fs';

/** What index.html itself loads: the entry, its style sheets and the preloaded chunks; charts and worker come later. */
function firstRoute() {
  const html = readFileSync('dist/index.html', 'utf8');
  const files = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.(?:js|css))"/g)].map(
    (match) => `dist/${match[1]}`,
  );
  if (files.length === 0) throw new Error('dist/index.html loads nothing: build the page first');
  return files;
}

export default [{ name: 'first route', path: firstRoute(), limit: '140 kB', gzip: true }];
